// The one clock: the database's, or the account's test clock.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';
import { isInDoubt } from './clock-watch.js';

export class UnknownTestClock extends Error {
  override name = 'UnknownTestClock';
}

export class Clock {
  constructor(private readonly database: Database) {}

  /** What time it is for an account on that test clock, or in reality. Throws {@link UnknownTestClock}. */
  async now(testClockId: string | null): Promise<Instant> {
    if (testClockId === null) {
      const [row] = await this.database.query<{ now: Instant }>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`);
      return row!.now;
    }
    const now = (await this.times([testClockId])).get(testClockId);
    if (now === undefined) throw new UnknownTestClock(testClockId);
    return now;
  }

  /** What time it is on those of the test clocks that there are. */
  async times(testClockIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
    if (testClockIds.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; now: Instant }>('SELECT test_clock_id AS id, now FROM sunset.test_clocks WHERE test_clock_id = ANY ($1)', [[...new Set(testClockIds)]]);
    return new Map(rows.map(({ id, now }) => [id, now]));
  }

  /** What time it is on the test clock that is furthest; `null`: there is none. */
  async furthest(): Promise<Instant | null> {
    const [row] = await this.database.query<{ now: Instant | null }>('SELECT max(now) AS now FROM sunset.test_clocks');
    return row!.now;
  }

  /** Whether what is due by that clock may not be carried out for now. A test clock says what it was told to say. */
  async inDoubt(testClockId: string | null): Promise<boolean> {
    return testClockId === null && (await isInDoubt(this.database));
  }
}
