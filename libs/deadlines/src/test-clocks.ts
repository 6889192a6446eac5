// Test clocks: what time it is for the accounts on them, and how far they have been asked to go.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, refuse, refuseForNow, type Refusal } from '#kernel';
import type { Database } from '#postgres';
import { testClocksHint } from './hinted.js';

export interface TestClock {
  readonly testClockId: string;
  readonly now: Instant;
  readonly status: 'ready' | 'advancing' | 'failed';
  /** Why it failed. */
  readonly lastError: string | null;
}

const columns = 'test_clock_id AS "testClockId", now, status, last_error AS "lastError"';
const pollMs = 20;

export class TestClocks {
  constructor(private readonly database: Database) {}

  async create(now: Instant): Promise<TestClock> {
    const [clock] = await this.database.query<TestClock>(
      `INSERT INTO sunset.test_clocks (test_clock_id, now, status) VALUES ($1, $2, 'ready') RETURNING ${columns}`,
      [`clock_${randomUUID()}`, now],
    );
    return clock!;
  }

  async get(testClockId: string): Promise<TestClock | null> {
    const [clock] = await this.database.query<TestClock>(`SELECT ${columns} FROM sunset.test_clocks WHERE test_clock_id = $1`, [testClockId]);
    return clock ?? null;
  }

  /** Those that are on their way, and those that have stopped on it. */
  async counts(): Promise<{ readonly advancing: number; readonly failed: number }> {
    const [row] = await this.database.query<{ advancing: number; failed: number }>(
      `SELECT (SELECT count(*) FROM sunset.test_clocks WHERE status = 'advancing') AS advancing, (SELECT count(*) FROM sunset.test_clocks WHERE status = 'failed') AS failed`,
    );
    return row!;
  }

  /**
   * Asks the clock to go to `to`; the worker moves it from due date to due date. One that failed can be asked again.
   * `before_now`: it only goes forward. `request_in_progress`: it is still on its way. `null`: no such clock.
   */
  async advance(testClockId: string, to: Instant): Promise<TestClock | Refusal<'before_now'> | Refusal<'request_in_progress'> | null> {
    return this.database.transaction(async () => {
      const [current] = await this.database.query<TestClock>(`SELECT ${columns} FROM sunset.test_clocks WHERE test_clock_id = $1 FOR UPDATE`, [testClockId]);
      if (!current) return null;
      if (current.status === 'advancing') return refuseForNow('request_in_progress');
      if (to < current.now) return refuse('before_now', { now: current.now });
      const [clock] = await this.database.query<TestClock>(
        `UPDATE sunset.test_clocks SET target = $2, status = 'advancing', last_error = NULL WHERE test_clock_id = $1 RETURNING ${columns}`,
        [testClockId, to],
      );
      this.database.hint(testClocksHint);
      return clock!;
    });
  }

  /** The clock as it is once it no longer advances, or after `ms`. `null`: no such clock. */
  async waitUntilReady(testClockId: string, ms: number): Promise<TestClock | null> {
    const until = performance.now() + ms;
    for (;;) {
      const clock = await this.get(testClockId);
      if (clock?.status !== 'advancing' || performance.now() >= until) return clock;
      await sleep(pollMs);
    }
  }
}
