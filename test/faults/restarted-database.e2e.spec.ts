// PostgreSQL goes away and comes back under load: answers say so, nothing that was answered is lost, and everything goes on by itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providePostgres, type Postgres } from '../../apps/launch/postgres.mjs';
import { Account, arrival } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { usd, type TestClock } from '../end-to-end/shapes.js';
import { eventually } from '../support/eventually.js';
import { happenedOnce } from './consequences.js';

let folder: string;
let postgres: Postgres;
let running: Running;

const start = (): Promise<Postgres> => providePostgres({ dataDir: folder, say: () => undefined });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sunset-restarted-'));
  postgres = await start();
  running = await startRunning({ databaseUrl: postgres.url });
}, startLimitMs);

afterAll(async () => {
  await running.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, startLimitMs);

describe('a database that is restarted', () => {
  it('costs time and nothing else', async () => {
    const { testClockId } = (await running.client.post('/v1/test-clocks', { body: { now: '2026-01-01T00:00:00Z' } })).expect<TestClock>(201);
    const leaving = await Promise.all(Array.from({ length: 5 }, async () => {
      const account = await Account.open(running.client, { testClockId });
      await account.cancel(await account.subscribe());
      return account;
    }));
    const paying = await Account.open(running.client);
    await paying.subscribe();

    // Load: each payment is repeated with its key until it is answered.
    const told = new Map<string, number>();
    let stopped = false;
    const payers = Array.from({ length: 4 }, async (_, payer) => {
      let paid = 0;
      for (; !stopped; paid += 1) {
        for (;;) {
          const answer = await paying.post('/wallet/top-ups', { amount: usd(1) }, { key: `${payer}-${paid}` });
          told.set(answer.told, (told.get(answer.told) ?? 0) + 1);
          if (answer.status === 201) break;
          await sleep(50);
        }
        // The worker needs its part of the machine.
        await sleep(20);
      }
      return paid;
    });
    const load = Promise.all(payers);
    // Failing early must not leave them running, nor be told twice.
    load.catch(() => { stopped = true; });
    (await running.client.post(`/v1/test-clocks/${testClockId}/advance`, { body: { to: '2027-03-01T00:00:00Z' } })).expect(202);
    for (let restart = 0; restart < 2; restart += 1) {
      await sleep(400);
      await postgres.stop();
      expect((await running.client.get('/health/live', { as: null })).status).toBe(200);
      expect((await running.client.get('/health/ready', { as: null })).told).toBe('503 unavailable');
      expect((await paying.get('/membership')).told).toBe('503 unavailable');
      postgres = await start();
      await eventually('the API is ready again', async () => (await running.client.get('/health/ready', { as: null })).status === 200);
    }
    await arrival(running.client, testClockId, '2027-03-01T00:00:00Z');
    stopped = true;
    const paid = (await load).reduce((sum, one) => sum + one, 0);

    expect([...told.keys()].sort()).toEqual(expect.arrayContaining(['201', '503 unavailable']));
    expect([...told.keys()].filter((one) => !['201', '503 unavailable', '409 request_in_progress'].includes(one))).toEqual([]);
    expect(await paying.balance()).toBe(paid);
    for (const { accountId } of leaving) {
      await happenedOnce(running.client, accountId, 'period-end', '2026-02-01T00:00:00.000Z', { real: false });
      await happenedOnce(running.client, accountId, 'purge-data', '2027-02-01T00:00:00.000Z', { real: false });
    }
    expect([running.service.api.running, running.service.workers[0]!.running]).toEqual([true, true]);
  }, 600_000);
});
