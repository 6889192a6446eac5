// Reads retained data for somebody: who it is is written down first, the service's own records come before the platform's, and nothing comes once the account is purged.
import { Injectable } from '@nestjs/common';
import { type Actor, type Instant, type Metadata, Refused, refuse } from '#kernel';
import { type AccessKind, type Category, DataAccesses, PlatformTables, RetainedData } from '#retained-data';
import { Memberships, type Account } from '../memberships.js';

/** NDJSON in chunks; ends early, with whole lines, when the account is purged meanwhile. */
export type Lines = AsyncGenerator<string, void, void>;

export interface Everything {
  readonly now: Instant;
  readonly lines: (category: Category) => Lines;
  /** The account as it is when this is asked, with what is due written. Throws `Refused` `account_purged` also when it has started again since. */
  readonly account: () => Promise<Account>;
}

@Injectable()
export class DataReading {
  constructor(
    private readonly memberships: Memberships,
    private readonly retainedData: RetainedData,
    private readonly platform: PlatformTables,
    private readonly accesses: DataAccesses,
  ) {}

  /** Throws `Refused` as {@link Memberships.read} does. */
  async category(accountId: string, category: Category, actor: Actor): Promise<Lines> {
    const { events } = await this.open(accountId, category, actor);
    return this.lines(accountId, category, lifeOf(events));
  }

  /** Whether there is something to be read, without reading it. Throws `Refused` as {@link Memberships.read} does. */
  async isOpen(accountId: string): Promise<void> {
    await this.memberships.read(accountId);
  }

  /** All categories and the account itself, with one note for all of it. Throws `Refused` as {@link Memberships.read} does. */
  async everything(accountId: string, metadata: Metadata): Promise<Everything> {
    const { events, now } = await this.open(accountId, 'export', metadata.actor);
    const life = lifeOf(events);
    return {
      now,
      lines: (category) => this.lines(accountId, category, life),
      account: async () => {
        const account = await this.memberships.readWritten(accountId, metadata);
        if (lifeOf(account.events) === life) return account;
        throw new Refused(refuse('account_purged', { purgedAt: account.events.findLast(({ type }) => type === 'DataPurged')?.effectiveAt }));
      },
    };
  }

  /** The account is locked while the note is written, so that none is written behind a purge. */
  private open(accountId: string, category: AccessKind, actor: Actor): Promise<Account> {
    return this.memberships.alongside(accountId, async (account) => {
      await this.accesses.record(accountId, { category, actor, readAt: account.now });
      return account;
    });
  }

  /** A purge does not take back what a reader of a platform table has before it: before every chunk is asked whether it may still go out. */
  private async *lines(accountId: string, category: Category, life: number): Lines {
    for await (const chunk of this.stored(accountId, category)) {
      if (!(await this.stillLives(accountId, life))) return;
      yield chunk;
    }
  }

  private async *stored(accountId: string, category: Category): Lines {
    yield* this.retainedData.read(accountId, category);
    yield* this.platform.read(accountId, category);
  }

  private async stillLives(accountId: string, life: number): Promise<boolean> {
    try {
      return lifeOf((await this.memberships.read(accountId)).events) === life;
    } catch (error) {
      if (error instanceof Refused && error.refusal.refused === 'account_purged') return false;
      throw error;
    }
  }
}

/** An account that has started again is not the one that was read. */
const lifeOf = (events: Account['events']): number => events.filter(({ type }) => type === 'DataPurged').length;
