// Reads an account's data for somebody: who it is is written down first, the service's own records come before the platform's, and nothing comes once the account is purged.
import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Instant, type Metadata, Refused, refuse } from '#kernel';
import { personalFieldsView } from '#read-models';
import { slice } from '#running';
import { type AccessKind, type Category, DataAccesses } from '#retained-data';
import { Memberships, type Account } from '../memberships.js';
import { fileOf, filesOf, ndjson, recordsOf, type Holding, type Lines } from './holdings.js';

/** Injection token of {@link holdingsOf} what the account's data is in. */
export const HOLDINGS = Symbol('Holdings');

export interface Everything {
  readonly now: Instant;
  /** All that a purge would delete; they end early, with whole lines, when the account is purged meanwhile. */
  readonly files: readonly { readonly name: string; readonly lines: () => Lines }[];
  /** The account as it is when this is asked, with what is due written. Throws `Refused` `account_purged` also when it has started again since. */
  readonly account: () => Promise<Account>;
}

@Injectable()
export class DataReading {
  constructor(
    private readonly memberships: Memberships,
    @Inject(HOLDINGS) private readonly holdings: readonly Holding[],
    private readonly accesses: DataAccesses,
  ) {}

  /** Throws `Refused` as {@link Memberships.read} does. When `gone` aborts, it ends. */
  async category(accountId: string, category: Category, actor: Actor, gone: AbortSignal): Promise<Lines> {
    const { state } = await this.open(accountId, category, actor);
    return this.lines(accountId, fileOf(category), state.life, gone);
  }

  /** Whether there is something to be read, without reading it. Throws `Refused` as {@link Memberships.read} does. */
  async isOpen(accountId: string): Promise<void> {
    await this.memberships.read(accountId);
  }

  /** How many records each file of {@link everything} holds; of what was told of the person it is not known before. */
  records(accountId: string): Promise<ReadonlyMap<string, number>> {
    return recordsOf(this.holdings, accountId);
  }

  /** All of it, with one note for all of it. Throws `Refused` as {@link Memberships.read} does. When `gone` aborts, what is being read ends. */
  async everything(accountId: string, metadata: Metadata, gone: AbortSignal): Promise<Everything> {
    const { state: { life }, now } = await this.open(accountId, 'export', metadata.actor);
    const account = async (): Promise<Account> => {
      const account = await this.memberships.readWritten(accountId, metadata);
      if (account.state.life === life) return account;
      throw new Refused(refuse('account_purged', { purgedAt: (await account.events({ types: ['DataPurged'], order: 'newest-first', limit: 1 }))[0]?.effectiveAt }));
    };
    const stored = [...filesOf(this.holdings).keys()].map((name) => ({ name, lines: () => this.lines(accountId, name, life, gone) }));
    return { now, files: [...stored, { name: personalFieldsFile, lines: () => personalFields(account) }], account };
  }

  /** The account is locked while the note is written, so that none is written behind a purge. */
  private open(accountId: string, category: AccessKind, actor: Actor): Promise<Account> {
    return this.memberships.alongside(accountId, async (account) => {
      await this.accesses.record(accountId, { category, actor, readAt: account.now });
      return account;
    });
  }

  /** A purge does not take back what a reader of a platform table has before it: before every chunk is asked whether it may still go out. */
  private async *lines(accountId: string, file: string, life: number, gone: AbortSignal): Lines {
    for await (const chunk of this.stored(accountId, file, gone)) {
      gone.throwIfAborted();
      if (!(await this.stillLives(accountId, life))) return;
      yield chunk;
    }
  }

  private async *stored(accountId: string, file: string, gone: AbortSignal): Lines {
    for (const lines of filesOf(this.holdings).get(file) ?? []) yield* lines(accountId, gone);
  }

  /** An account that has started again is not the one that was read. */
  private async stillLives(accountId: string, life: number): Promise<boolean> {
    try {
      return (await this.memberships.read(accountId)).state.life === life;
    } catch (error) {
      if (error instanceof Refused && error.refusal.refused === 'account_purged') return false;
      throw error;
    }
  }
}

const personalFieldsFile = 'personal.ndjson';
const fieldsAtOnce = 500;

async function* personalFields(account: () => Promise<Account>): Lines {
  const fields = personalFieldsView(await (await account()).events());
  for (let start = 0; start < fields.length; start += fieldsAtOnce) {
    await slice();
    yield ndjson(fields.slice(start, start + fieldsAtOnce));
  }
}
