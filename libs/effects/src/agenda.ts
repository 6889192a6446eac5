// What test clocks wait for: effects of their accounts. A clock stops at every attempt that is planned, and goes on when nothing due is left.
import { type TestClockAgenda, testClocks } from '#deadlines';
import type { Instant } from '#kernel';
import { across, type Database } from '#postgres';
import { isFree } from './pauses.js';

/** What is held, blocked or dead waits for an operator, and no clock waits for that. */
export const effectAgenda = (database: Database): TestClockAgenda => ({
  async isBusy(testClockId) {
    const [row] = await database.query<{ busy: boolean }>(
      `${across('a test clock')}SELECT EXISTS (
         SELECT FROM sunset.effects e JOIN ${testClocks} c USING (test_clock_id)
         WHERE e.test_clock_id = $1 AND e.status IN ('pending', 'waiting', 'attempting')
           AND (e.status = 'attempting' OR (e.next_attempt_at <= c.now AND ${isFree}))
       ) AS busy`,
      [testClockId],
    );
    return row!.busy;
  },
  async nextDue(testClockId, by) {
    const [row] = await database.query<{ at: Instant | null }>(
      `${across('a test clock')}SELECT min(e.next_attempt_at) AS at FROM sunset.effects e JOIN ${testClocks} c USING (test_clock_id)
       WHERE e.test_clock_id = $1 AND e.status IN ('pending', 'waiting') AND e.next_attempt_at > c.now AND e.next_attempt_at <= $2 AND ${isFree}`,
      [testClockId, by],
    );
    return row?.at ?? null;
  },
});
