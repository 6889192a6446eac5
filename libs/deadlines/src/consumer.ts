// Fires one deadline: the fence, the handler and the row's new state in one transaction; what fails is counted in the row.
import type { Instant } from '#kernel';
import { WrittenByNewerRelease } from '#event-store';
import { type Database, isTimeLimit } from '#postgres';
import { type BackOff, backOffMs, describe, isUnavailable, LeftAlone, type Logger, silentLogger } from '#running';
import { accountLockSpace } from './account-lock.js';
import { ClockInDoubt, clockInDoubt } from './clock-watch.js';
import type { DeadlineStatus, DueDeadline } from './deadline.js';
import { type DeadlineObserver, silentObserver } from './observer.js';

/**
 * - `fired`: carried out.
 * - `blocked`: the account holds it.
 * - `moved`: the account waits for it still, at a later date.
 * - `early`: not due yet, or its next attempt is not.
 * - `held`: the clock by which it is due is in doubt; does not count.
 * - `stale`: fired or void already, of another generation, or nobody waits for it any more; in the last case the row is now void.
 * - `busy`: somebody is at work on the account.
 * - `failed`, `dead`: the handler threw; will be tried again, or not until an operator says so.
 * - `newer`: a newer release wrote what this process cannot read; does not count, and the row is left alone for a while.
 * - `unavailable`: the database was away; does not count. A statement that took too long does.
 */
export type Outcome = 'fired' | 'blocked' | 'moved' | 'early' | 'held' | 'stale' | 'busy' | 'failed' | 'dead' | 'newer' | 'unavailable';

/**
 * Carries out what is due: loads the account, decides, calls `Deadlines.sync` and appends, all in the transaction it is called in. It may
 * be called more than once for one delivery, when the database asks for another try.
 */
export type DeadlineHandler = (deadline: DueDeadline) => Promise<void>;

export interface ConsumerSettings {
  /** Failed attempts after which a row is dead. */
  readonly attempts?: number;
  readonly backOff?: BackOff;
  /** For rows on a test clock, in real time. */
  readonly testClockBackOff?: BackOff;
  readonly logger?: Logger;
  readonly observer?: DeadlineObserver;
}

/** The account went through the handler and waits for the same deadline as before: firing it again would never end. */
export class StillWaiting extends Error {
  override name = 'StillWaiting';
}

export class DeadlineConsumer {
  /** The rows that are left to processes of a newer release, by their ids. */
  readonly leftAlone = new LeftAlone();
  private readonly settings: Required<ConsumerSettings>;

  constructor(
    private readonly database: Database,
    private readonly handler: DeadlineHandler,
    settings: ConsumerSettings = {},
  ) {
    this.settings = {
      attempts: 12,
      backOff: { firstMs: 1_000, longestMs: 3_600_000 },
      testClockBackOff: { firstMs: 50, longestMs: 1_000 },
      logger: silentLogger,
      observer: silentObserver,
      ...settings,
    };
  }

  /** Never throws. */
  async fire(deadlineId: string, generation: number): Promise<Outcome> {
    if (this.leftAlone.has(deadlineId)) return 'newer';
    let claimed: DueDeadline | undefined;
    let latenessMs: number | undefined;
    let outcome: Outcome;
    try {
      outcome = await this.database.transaction(async () => {
        claimed = latenessMs = undefined;
        const claim = await this.claim(deadlineId, generation);
        if (typeof claim === 'string') return claim;
        claimed = claim;
        await this.handler(claim);
        const ending = await this.conclude(claim);
        latenessMs = ending.latenessMs;
        return ending.outcome;
      });
    } catch (error) {
      outcome = await this.fail(deadlineId, generation, claimed, error);
    }
    const { observer, logger } = this.settings;
    observer.delivered(outcome, claimed?.kind);
    if (claimed && outcome === 'fired') observer.lateness(claimed.kind, latenessMs ?? 0);
    if (outcome === 'stale') logger.debug('a deadline nobody waits for was left alone', { deadlineId, generation, kind: claimed?.kind });
    return outcome;
  }

  /** Marks the row void, should it be due: the account's own word, if it has one, then stands in place of that. */
  private async claim(deadlineId: string, generation: number): Promise<DueDeadline | 'early' | 'held' | 'stale' | 'busy'> {
    const [free] = await this.database.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_xact_lock($3, hashtext(account_id)) AS locked FROM sunset.deadlines
       WHERE deadline_id = $1 AND generation = $2 AND status = 'pending'`,
      [deadlineId, generation, accountLockSpace],
    );
    if (!free) return 'stale';
    if (!free.locked) return 'busy';
    const [claimed] = await this.database.query<DueDeadline>(
      `WITH due AS (
         SELECT d.deadline_id FROM sunset.deadlines d LEFT JOIN sunset.test_clocks c USING (test_clock_id)
         WHERE d.deadline_id = $1 AND d.generation = $2 AND d.status = 'pending' AND ${isDue} AND NOT ${isHeld}
         FOR UPDATE OF d SKIP LOCKED
       )
       UPDATE sunset.deadlines d
       SET status = 'void', updated_at = statement_timestamp()
       FROM due WHERE d.deadline_id = due.deadline_id
       RETURNING d.deadline_id AS "deadlineId", d.account_id AS "accountId", d.test_clock_id AS "testClockId", d.kind, d.subject,
         d.generation, d.due_at AS "dueAt", d.attempts`,
      [deadlineId, generation],
    );
    return claimed ?? (await this.refusal(deadlineId));
  }

  private async refusal(deadlineId: string): Promise<'early' | 'held' | 'stale' | 'busy'> {
    const [row] = await this.database.query<{ status: DeadlineStatus; due: boolean; held: boolean }>(
      `SELECT d.status, ${isDue} AS due, ${isHeld} AS held FROM sunset.deadlines d LEFT JOIN sunset.test_clocks c USING (test_clock_id) WHERE d.deadline_id = $1`,
      [deadlineId],
    );
    if (row?.status !== 'pending') return 'stale';
    if (!row.due) return 'early';
    return row.held ? 'held' : 'busy';
  }

  private async conclude(claim: DueDeadline): Promise<{ outcome: Outcome; latenessMs?: number }> {
    const [row] = await this.database.query<{ status: DeadlineStatus; dueAt: Instant; latenessMs: number | null }>(
      `SELECT status, due_at AS "dueAt", (extract(epoch FROM fired_at - due_at) * 1000)::float8 AS "latenessMs"
       FROM sunset.deadlines WHERE deadline_id = $1`,
      [claim.deadlineId],
    );
    switch (row?.status) {
      case 'fired':
        return { outcome: 'fired', latenessMs: row.latenessMs ?? 0 };
      case 'blocked':
        return { outcome: 'blocked' };
      case 'pending':
        if (row.dueAt > claim.dueAt) return { outcome: 'moved' };
        throw new StillWaiting('the account waits for it as before');
      default:
        await this.database.query(`UPDATE sunset.deadlines SET last_error = 'the account no longer waited for it' WHERE deadline_id = $1`, [
          claim.deadlineId,
        ]);
        return { outcome: 'stale' };
    }
  }

  private async fail(deadlineId: string, generation: number, claimed: DueDeadline | undefined, error: unknown): Promise<Outcome> {
    const { logger, attempts, backOff, testClockBackOff } = this.settings;
    const lastError = describe(error);
    if (error instanceof ClockInDoubt) return 'held';
    if (error instanceof WrittenByNewerRelease) {
      if (this.leftAlone.add(deadlineId)) logger.warn('a deadline is left to a newer release: this process should be replaced', { deadlineId, accountId: claimed?.accountId, error: lastError });
      return 'newer';
    }
    if (isUnavailable(error) || !(claimed || isTimeLimit(error))) {
      logger.warn('the database was not there for a deadline', { deadlineId, error: lastError });
      return 'unavailable';
    }
    const waitMs = backOffMs(claimed && claimed.testClockId !== null ? testClockBackOff : backOff, claimed?.attempts ?? 0);
    try {
      const [row] = await this.database.query<{ status: DeadlineStatus; attempts: number; accountId: string; kind: string }>(
        `UPDATE sunset.deadlines
         SET attempts = attempts + 1, last_error = $3, updated_at = statement_timestamp(), alarm_at = statement_timestamp(),
           status = CASE WHEN attempts + 1 >= $4 THEN 'dead' ELSE status END,
           next_attempt_at = CASE WHEN attempts + 1 >= $4 THEN NULL ELSE statement_timestamp() + $5 * interval '1 ms' END
         WHERE deadline_id = $1 AND generation = $2 AND status = 'pending'
         RETURNING status, attempts, account_id AS "accountId", kind`,
        [deadlineId, generation, lastError, attempts, waitMs],
      );
      if (!row) return 'stale';
      const fields = { deadlineId, accountId: row.accountId, kind: row.kind, attempts: row.attempts, error: lastError };
      if (row.status === 'dead') logger.error('a deadline is dead until an operator retries it', fields);
      else logger.warn('a deadline failed and will be tried again', fields);
      return row.status === 'dead' ? 'dead' : 'failed';
    } catch (recording) {
      logger.warn('a failed deadline could not be recorded', { deadlineId, error: describe(recording) });
      return 'unavailable';
    }
  }
}

/** Nothing fires by a clock that has jumped; a test clock does not jump. */
const isHeld = `(d.test_clock_id IS NULL AND ${clockInDoubt})`;

/** The database's clock decides, or the row's test clock; the time of the next attempt is always real. */
const isDue = `d.due_at <= CASE WHEN d.test_clock_id IS NULL THEN statement_timestamp() ELSE c.now END
  AND (d.next_attempt_at IS NULL OR d.next_attempt_at <= statement_timestamp())`;
