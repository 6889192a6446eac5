// How it stands with the deadlines of all accounts, on real time: for metrics, health and operators.
import type { Instant } from '#kernel';
import { across, type Database } from '#postgres';
import { clockInDoubt, waitsForClock } from './clock-watch.js';

export interface OverdueDeadlines {
  readonly kind: string;
  readonly count: number;
  /** Age of the oldest, in milliseconds of real time. */
  readonly oldestMs: number;
}

/** In milliseconds. */
export interface UsualLateness {
  readonly kind: string;
  /** How many it was taken of. */
  readonly count: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

export interface UpcomingDeadlines {
  readonly kind: string;
  /** When it begins. */
  readonly hour: Instant;
  readonly count: number;
}

export class DeadlineFigures {
  constructor(private readonly database: Database) {}

  /**
   * What is due on real time and has not fired, backed-off rows included: the measure of whether the machinery lives. The oldest
   * 10,000 are looked at; when more are overdue, `count` is too low and `oldestMs` of the oldest kind is right still.
   */
  async overdue(): Promise<OverdueDeadlines[]> {
    // Without the limit the planner, misled by all the fired rows of the past, reads the whole table.
    return this.database.query<OverdueDeadlines>(
      `${across('what waits in all')}SELECT kind, count(*) AS count, (extract(epoch FROM statement_timestamp() - min(due_at)) * 1000)::float8 AS "oldestMs"
       FROM (
         SELECT kind, due_at FROM sunset.deadlines
         WHERE status = 'pending' AND test_clock_id IS NULL AND due_at < statement_timestamp() ORDER BY due_at LIMIT 10000
       ) overdue
       GROUP BY kind ORDER BY kind`,
    );
  }

  /** How late what fired lately was, on real time, by kind: of the 10,000 that were due last. What is usual, beside which `overdue` is much or little. */
  async lateness(): Promise<UsualLateness[]> {
    return this.database.query<UsualLateness>(
      `${across('lists of operators')}SELECT kind, count(*) AS count, percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS "medianMs", percentile_cont(0.99) WITHIN GROUP (ORDER BY late) AS "p99Ms"
       FROM (
         SELECT kind, (extract(epoch FROM fired_at - due_at) * 1000)::float8 AS late FROM sunset.deadlines
         WHERE status = 'fired' AND test_clock_id IS NULL AND due_at <= statement_timestamp() ORDER BY due_at DESC LIMIT 10000
       ) latest
       GROUP BY kind ORDER BY kind`,
    );
  }

  /** What will be due on real time within so many hours, by kind and hour; hours in which nothing is due are left out. */
  async upcoming(hours: number): Promise<UpcomingDeadlines[]> {
    return this.database.query<UpcomingDeadlines>(
      `${across('lists of operators')}SELECT kind, date_trunc('hour', due_at, 'UTC') AS hour, count(*) AS count FROM sunset.deadlines
       WHERE status = 'pending' AND test_clock_id IS NULL AND due_at >= statement_timestamp() AND due_at < statement_timestamp() + $1 * interval '1 hour'
       GROUP BY 1, 2 ORDER BY 2, 1`,
      [hours],
    );
  }

  /** How many wait for an operator (dead), or are held by their account (blocked). Spelled out, so that the partial index is used. */
  async stuck(): Promise<{ readonly dead: number; readonly blocked: number }> {
    const [row] = await this.database.query<{ dead: number; blocked: number }>(
      `${across('what waits in all')}SELECT (SELECT count(*) FROM sunset.deadlines WHERE status = 'dead') AS dead, (SELECT count(*) FROM sunset.deadlines WHERE status = 'blocked') AS blocked`,
    );
    return row!;
  }

  /**
   * For how many seconds the oldest row could have been fired; rows that wait for their next attempt do not count, a poison row stops nobody. Nor does
   * what waits for an operator to confirm the clock, nor the time it has waited, nor the rows that this process leaves to others.
   */
  async neglectedSeconds(leftToOthers: readonly string[]): Promise<number> {
    const [row] = await this.database.query<{ seconds: number }>(
      `${across('what waits in all')}SELECT extract(epoch FROM statement_timestamp() - greatest(wake_at, (SELECT max(confirmed_at) FROM sunset.clock_stops)))::float8 AS seconds
       FROM sunset.deadlines WHERE status = 'pending' AND test_clock_id IS NULL AND wake_at < statement_timestamp() AND NOT ${clockInDoubt}
         AND deadline_id <> ALL ($1::uuid[]) ORDER BY wake_at LIMIT 1`,
      [leftToOthers],
    );
    return row?.seconds ?? 0;
  }

  /** Throws where the table cannot be read. */
  async probe(): Promise<void> {
    await this.database.query(`${across('what waits in all')}SELECT FROM sunset.deadlines LIMIT 1`);
  }

  /** How many are due on real time and wait until an operator confirms the clock; 10,000 at most are counted. */
  async waitingForClock(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `${across('what waits in all')}SELECT count(*) AS count FROM (SELECT FROM sunset.deadlines WHERE ${waitsForClock} LIMIT 10000) waiting`,
    );
    return row!.count;
  }
}
