// What test clocks wait for: purges of their accounts. One that waits for an operator keeps no clock, nor does one that waits for the outside world.
import type { TestClockAgenda } from '#deadlines';
import type { Effects } from '#effects';
import { across, type Database } from '#postgres';

export const purgeAgenda = (database: Database, effects: Effects): TestClockAgenda => ({
  async isBusy(testClockId) {
    const running = await database.query<{ accountId: string; waiting: boolean }>(
      `${across('a test clock')}SELECT account_id AS "accountId", step = 'releases' AND next_attempt_at IS NOT NULL AS waiting FROM sunset.purges WHERE test_clock_id = $1 AND status = 'running'`,
      [testClockId],
    );
    for (const { accountId, waiting } of running) if (!waiting || !(await effects.isUnderWay(accountId))) return true;
    return false;
  },
  nextDue: async () => null,
});
