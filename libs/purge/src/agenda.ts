// What test clocks wait for: purges of their accounts. One that waits for an operator, or for the outside world, keeps no clock.
import type { TestClockAgenda } from '#deadlines';
import type { Database } from '#postgres';

export const purgeAgenda = (database: Database): TestClockAgenda => ({
  async isBusy(testClockId) {
    const [row] = await database.query<{ busy: boolean }>(
      `SELECT EXISTS (SELECT FROM sunset.purges WHERE test_clock_id = $1 AND status = 'running' AND step <> 'releases') AS busy`,
      [testClockId],
    );
    return row!.busy;
  },
  nextDue: async () => null,
});
