// The one place where an account is read and written; every use case goes through it.
import { Injectable } from '@nestjs/common';
import { isRefusal, notFound, Refused, type Instant, type Metadata } from '#kernel';
import { decide, bringUpToDate, openDeadlines, type Command, type Membership } from '#domain';
import { type Carried, lockAccount, UnknownTestClock } from '#deadlines';
import { WrittenByNewerRelease } from '#event-store';
import { Database } from '#postgres';
import type { LedgerEntry } from '#purge';
import { lifeOf } from './life.js';
import type { Account, Ask, Asked } from './write-path/asked.js';
import { Batches } from './write-path/batches.js';
import { TooMuchAtOnce } from './write-path/loading.js';
import type { Present } from './write-path/decided.js';
import { purged, type TakenOver, WritePath } from './write-path/write-path.js';

export type { Account, Ask, EventsOf } from './write-path/asked.js';

/** An account, and the deadlines of it that are being fired. */
export type ToBringUpToDate = Pick<Asked, 'accountId' | 'metadata' | 'claimed'>;

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
    return late ? this.bringUpToDate(accountId, metadata) : account;
  }

  /** Since when nothing is told of an account whose purge is due or under way; `null`: it is told, or there is no such account. */
  async silentSince(accountId: string): Promise<Instant | null> {
    const { purge } = this.path.byTime(await this.present(accountId));
    return purge?.purgedAt === null ? purge.since : null;
  }

  /**
   * Those of which nothing personal is told: their purge is due, under way or done, or nobody knows, because their test clock is gone. Throws where a newer
   * release has written of one of them.
   */
  async silent(accountIds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const ids = [...accountIds];
    const found = await this.path.present(ids.map((accountId) => ({ accountId, ask: null })));
    return new Set(found.flatMap((present, index) => {
      if (present instanceof WrittenByNewerRelease) throw present;
      if (present instanceof Error) return [ids[index]!];
      return this.path.byTime(present).purge ? [ids[index]!] : [];
    }));
  }

  /**
   * Those of the accounts that there are, as {@link read} reads them, in the order given; also purged ones. Left out is of whose time nobody can say anything, because its test
   * clock is gone. Throws where a newer release has written of one of them.
   */
  async readAll(accountIds: readonly string[]): Promise<readonly Account[]> {
    const accounts: Account[] = [];
    for (const [index, found] of (await this.path.present(accountIds.map((accountId) => ({ accountId, ask: null })))).entries()) {
      const present = found instanceof TooMuchAtOnce ? await this.present(accountIds[index]!) : found;
      if (present instanceof UnknownTestClock) continue;
      if (present instanceof Error) throw present;
      if (!present.state.terms) continue;
      const state = present.doubted ? this.path.accessUpToDate(present).state : this.path.byTime(present);
      accounts.push({ state, events: this.path.eventsOf(present), now: present.now });
    }
    return accounts;
  }

  private async look(accountId: string, { evenPurged = false } = {}): Promise<{ readonly account: Account; readonly late: boolean }> {
    const present = await this.present(accountId);
    if (!present.state.terms) throw new Refused(notFound('account'));
    const { doubted, now } = present;
    const { state, steps } = doubted ? this.path.accessUpToDate(present) : bringUpToDate(present.state, now, await this.path.factsOf(present));
    if (state.purge && !evenPurged) throw purged(state.purge.purgedAt ?? state.purge.since);
    return { account: { state, events: this.path.eventsOf(present), now }, late: !doubted && steps.length > 0 };
  }

  /**
   * Carries out what is due, decides the command and writes both in one transaction, with those of others, or in the surrounding one. Answers the account
   * afterwards. Throws `Refused`, or `ClockInDoubt`; then nothing is written.
   */
  handle(accountId: string, ask: Ask, metadata: Metadata): Promise<Account> {
    return this.batches.carryOut({ accountId, ask, metadata, manner: 'due-first' });
  }

  /**
   * Runs `work` on the account's own rows beside its stream while nothing else can be decided about the account. Rows that time
   * changes need `asker`: what is due is then written before `work` sees them. Throws `Refused` as {@link read} does.
   */
  async alongside<T>(accountId: string, work: (account: Account) => Promise<T>, asker?: Metadata): Promise<T> {
    return this.batches.locking(accountId, asker, async () => work(await (asker ? this.readWritten(accountId, asker) : this.read(accountId))));
  }

  /** Carries out everything that is due. For whoever fires a deadline; does nothing when nothing is due. Throws `ClockInDoubt`. */
  bringUpToDate(accountId: string, metadata: Metadata): Promise<Account> {
    return this.batches.carryOut({ accountId, ask: null, metadata, manner: 'due-first' });
  }

  /** As {@link bringUpToDate}, and everything that it waits for is said again, whether or not somebody has said it: for whoever found that a row is not as it was said. */
  async sayAgain(accountId: string, metadata: Metadata): Promise<void> {
    const { state } = await this.present(accountId);
    await this.batches.carryOut({ accountId, ask: null, metadata, manner: 'due-first', claimed: openDeadlines(state) });
  }

  /**
   * As {@link bringUpToDate}, of several accounts in the surrounding transaction, which has claimed rows of theirs to fire them. Answers of each what
   * became of it. `alone`: there is but one, which is waited for, and whose failure is thrown.
   */
  async bringAllUpToDate(accounts: readonly ToBringUpToDate[], alone: boolean): Promise<readonly Carried[]> {
    const asked = accounts.map((account): Asked => ({ ...account, ask: null, manner: 'due-first' }));
    if (!alone) return (await this.path.many(asked)).map((one) => (one.outcome === 'failed' ? one.error : one.outcome === 'done' ? 'carried-out' : 'apart'));
    for (const one of asked) await this.batches.carryOut(one);
    return asked.map(() => 'carried-out');
  }

  /** How many wait for an account, and how many were refused since the beginning because too many did, or too long. */
  get crowd(): { readonly waiting: number; readonly refused: number } {
    return this.batches.crowd;
  }

  /** Accounts of another system, in the surrounding transaction; see {@link WritePath.takeOver}. */
  takeOver(taken: readonly TakenOver[], how: { readonly now: Instant; readonly dryRun: boolean }): Promise<readonly Membership[]> {
    return this.path.takeOver(taken, how);
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
      if ((await lifeOf({ state: present.state, events: this.path.eventsOf(present) })) !== lifeId) return false;
      const decision = decide(present.state, ask, present.now, this.path.policy);
      if (isRefusal(decision) || decision.length === 0) return false;
      await this.batches.carryOut({ accountId, ask, metadata, manner: 'as-written' });
      return true;
    });
  }

  /**
   * Writes down what an operator did, which changes nothing of the account, and carries out nothing that is due: so that it can be said also of one that cannot be
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
