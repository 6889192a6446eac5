// A worker killed in the middle of its work: another one finishes; everything happens once, nothing early, and projections stay exact.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { lockAccount } from '#deadlines';
import { eventually } from '../../../test/support/eventually.js';
import { hold } from '../../../test/support/hold.js';
import { ownRedis } from '../../../test/support/redis.js';
import { working } from '../../../test/support/service.js';
import { running, type Running } from './service.js';

jest.setTimeout(600_000);

const accounts = 12;
let redis: Awaited<ReturnType<typeof ownRedis>>;
let it_: Running;
beforeAll(async () => {
  redis = await ownRedis();
  it_ = await running({ redisUrl: redis.url, environment: { WORKER_CONCURRENCY: '4', LOG_LEVEL: 'info' } });
});
afterAll(async () => {
  await it_.stop();
  await redis.stop();
});

/** The end of the period, three consequences, and three reminders of the deletion: there is nothing else to lose (A22). */
const deadlinesEach = 7;

const count = async (sql: string): Promise<number> => (await it_.database.query<{ count: number }>(sql))[0]!.count;

it(`${accounts} cancelled accounts go through their year over three kills`, async () => {
  const { body: clock } = await it_.call('service', 'POST', '/v1/test-clocks', { now: '2026-03-01T00:00:00Z' });
  const cancelled: string[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const account = await it_.subscriber(clock.testClockId);
    await it_.cancel(account);
    cancelled.push(account.accountId);
  }
  const events = await count('SELECT count(*) AS count FROM sunset.events');
  const fired = () => count(`SELECT count(*) AS count FROM sunset.deadlines WHERE status = 'fired'`);
  const arrived = async () => (await it_.call('service', 'GET', `/v1/test-clocks/${clock.testClockId}`)).body.status;

  for (const [kills, to] of ['2026-04-10T00:00:00Z', '2026-06-01T00:00:00Z', '2028-01-01T00:00:00Z'].entries()) {
    const before = await fired();
    // With one account in other hands no worker, however quick, has arrived before it is killed.
    const letGo = await hold(it_.database, () => lockAccount(it_.database, cancelled[kills]!));
    try {
      await it_.call('service', 'POST', `/v1/test-clocks/${clock.testClockId}/advance`, { to });
      await eventually('others have fired', async () => (await fired()) > before, 240_000);
      await it_.service.workers.at(-1)!.kill('SIGKILL');
      expect(await arrived()).toBe('advancing');
    } finally {
      await letGo();
    }
    it_.service.addWorker();
    await eventually('it has arrived', async () => (await arrived()) !== 'advancing', 240_000);
    expect(await arrived()).toBe('ready');
  }

  const once = await it_.database.query<{ type: string; count: number; most: number; early: number }>(
    `SELECT type, sum(n)::bigint AS count, max(n) AS most, sum(early)::bigint AS early FROM (
       SELECT e.type, e.account_id, count(*) AS n, count(*) FILTER (WHERE e.effective_at < date '2026-04-01') AS early
       FROM sunset.events e WHERE e.position > $1 GROUP BY 1, 2) AS each
     WHERE type IN ('PeriodEnded', 'NumbersReleased', 'TenDlcExpirySkipped', 'DataPurged') GROUP BY type ORDER BY type`,
    [events],
  );
  expect(once).toEqual(['DataPurged', 'NumbersReleased', 'PeriodEnded', 'TenDlcExpirySkipped'].map((type) => ({ type, count: accounts, most: 1, early: 0 })));
  expect(await fired()).toBe(deadlinesEach * accounts);

  await eventually('projections have followed', async () => (await it_.call('operator', 'GET', '/v1/ops/projections')).body.data.every((one) => one.lag === 0), 240_000);
  expect(await count(`SELECT count(*) AS count FROM analytics.cancellations WHERE outcome = 'ended' AND purged_at IS NOT NULL`)).toBe(accounts);
  expect(await count(`SELECT count(*) AS count FROM analytics.memberships WHERE standing = 'purged'`)).toBe(accounts);
  expect(await count('SELECT count(*) AS count FROM analytics.upcoming')).toBe(0);
});

it('a worker told to stop ends by itself, with what it had begun', async () => {
  const { body: clock } = await it_.call('service', 'POST', '/v1/test-clocks', { now: '2026-03-01T00:00:00Z' });
  await it_.subscriber(clock.testClockId);
  await it_.call('service', 'POST', `/v1/test-clocks/${clock.testClockId}/advance`, { to: '2030-01-01T00:00:00Z' });
  const worker = it_.service.addWorker();
  await working(worker);
  await worker.kill('SIGTERM');
  expect(await worker.ended).toBe('status 0');
  expect(worker.log.join('\n')).not.toMatch(/"level":"error"/);
});
