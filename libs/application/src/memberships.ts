// The one place where an account is read and written; every use case goes through it.
import { Injectable } from '@nestjs/common';
import { isRefusal, notFound, Refused, type Instant, type Metadata } from '#kernel';
import { decide, settle, type Command } from '#domain';
import { type Carried, lockAccount } from '#deadlines';
import { Database } from '#postgres';
import type { LedgerEntry } from '#purge';
import type { Account, Ask, Asked } from './write-path/asked.js';
import { Batches } from './write-path/batches.js';
import { lifeOf, type Present, purged, settleAccess, WritePath } from './write-path/write-path.js';

export type { Account, Ask, EventsOf } from './write-path/asked.js';

/** An account, and the deadlines of it that are being fired. */
export type ToSettle = Pick<Asked, 'accountId' | 'metadata' | 'takenUp'>;

@Injectable()
export class Memberships {
  constructor(
    private readonly database: Database,
    private readonly path: WritePath,
    private readonly batches: Batches,
  ) {}

  /** The account as it is now. Throws `Refused` `not_found`, or `account_purged` unless `evenPurged`. */
  async read(accountId: string, options: { readonly evenPurged?: boolean } = {}): Promise<Account> {
    return (await this.look(accountId, options)).account;
  }

  /**
   * As {@link read}, and whatever was due and not yet written is written first: for answers made of events or rows, which would
   * otherwise lag behind the state.
   */
  async readWritten(accountId: string, metadata: Metadata): Promise<Account> {
    const { account, late } = await this.look(accountId);
    return late ? this.settleDue(accountId, metadata) : account;
  }

  /** Since when nothing is told of an account whose purge is due or under way; `null`: it is told, or there is no such account. */
  async silentSince(accountId: string): Promise<Instant | null> {
    const { state, now } = await this.present(accountId);
    const { purge } = settle(state, now).state;
    return purge?.purgedAt === null ? purge.since : null;
  }

  private async look(accountId: string, { evenPurged = false } = {}): Promise<{ readonly account: Account; readonly late: boolean }> {
    const present = await this.present(accountId);
    if (!present.state.terms) throw new Refused(notFound('account'));
    const { doubted, now } = present;
    const { state, steps } = doubted ? settleAccess(present) : settle(present.state, now, await this.path.factsOf(present));
    if (state.purge && !evenPurged) throw purged(state.purge.purgedAt ?? state.purge.since);
    return { account: { state, events: this.path.eventsOf(present), now }, late: !doubted && steps.length > 0 };
  }

  /**
   * Settles what is due, decides the command and writes both in one transaction, with those of others, or in the surrounding one. Answers the account
   * afterwards. Throws `Refused`, or `ClockInDoubt`; then nothing is written.
   */
  async handle(accountId: string, ask: Ask, metadata: Metadata): Promise<Account> {
    return this.batches.carryOut({ accountId, ask, metadata, manner: 'settling' });
  }

  /**
   * Runs `work` on the account's own rows beside its stream while nothing else can be decided about the account. Rows that time
   * changes need `asker`: what is due is then written before `work` sees them. Throws `Refused` as {@link read} does.
   */
  async alongside<T>(accountId: string, work: (account: Account) => Promise<T>, asker?: Metadata): Promise<T> {
    return this.batches.locking(accountId, async () => {
      await lockAccount(this.database, accountId);
      return work(await (asker ? this.readWritten(accountId, asker) : this.read(accountId)));
    });
  }

  /** Carries out everything that is due. For whoever fires a deadline; does nothing when nothing is due. Throws `ClockInDoubt`. */
  async settleDue(accountId: string, metadata: Metadata): Promise<Account> {
    return this.batches.carryOut({ accountId, ask: null, metadata, manner: 'settling' });
  }

  /**
   * As {@link settleDue}, of several accounts in the surrounding transaction, which has taken up rows of theirs to be fired. Answers of each what
   * became of it. `alone`: there is but one, which is waited for, and whose failure is thrown.
   */
  async settleAll(accounts: readonly ToSettle[], alone: boolean): Promise<readonly Carried[]> {
    const asked = accounts.map((account): Asked => ({ ...account, ask: null, manner: 'settling' }));
    if (!alone) return (await this.path.many(asked)).map((one) => (one.outcome === 'failed' ? one.error : one.outcome === 'done' ? 'carried-out' : 'apart'));
    for (const one of asked) await this.path.one(one);
    return asked.map(() => 'carried-out');
  }

  /**
   * Begins a purge again that the purge ledger knows of and the log does not, because it was restored from before. What was due in the life
   * that was purged is not carried out any more. Answers whether it begins; an account that lives another life is left alone.
   */
  async reapplyPurge({ purgeId, accountId, lifeId, basis, dueAt, begunAt }: LedgerEntry, metadata: Metadata): Promise<boolean> {
    const ask: Command = { type: 'ReapplyPurge', purgeId, basis, due: dueAt, begunAt };
    return this.database.transaction(async () => {
      await lockAccount(this.database, accountId);
      const present = await this.present(accountId);
      if (lifeOf(await this.path.eventsOf(present)()) !== lifeId) return false;
      const decision = decide(present.state, ask, present.now);
      if (isRefusal(decision) || decision.length === 0) return false;
      await this.batches.carryOut({ accountId, ask, metadata, manner: 'as-written' });
      return true;
    });
  }

  /**
   * Writes down what an operator did, which changes nothing of the account, and settles nothing: so that it can be said also of one that cannot be
   * brought up to date. Throws `Refused`.
   */
  async note(accountId: string, ask: Ask, metadata: Metadata): Promise<void> {
    await this.batches.carryOut({ accountId, ask, metadata, manner: 'noting' });
  }

  private async present(accountId: string): Promise<Present> {
    const [present] = await this.path.present([{ accountId, ask: null }]);
    if (present instanceof Error) throw present;
    return present!;
  }
}
