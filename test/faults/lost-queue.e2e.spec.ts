// Redis is emptied, stopped and started while real time passes: everything follows once, nothing early; only late, and the lateness is told.
import { Redis as Connection } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newMasterKey, startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import type { OpsDeadline } from '../end-to-end/shapes.js';
import { eventually } from '../support/eventually.js';
import { ownRedis, startRedis } from '../support/redis.js';
import { happenedOnce } from './consequences.js';
import { EarlierLives, type EarlierLife, type Wait } from './earlier-lives.js';

type Redis = Awaited<ReturnType<typeof ownRedis>>;

let redis: Redis;
let running: Running;
let lives: EarlierLives;

beforeAll(async () => {
  redis = await ownRedis();
  const masterKey = newMasterKey();
  running = await startRunning({ workers: 2, redis, masterKey });
  lives = await EarlierLives.open(running.databaseUrl, masterKey);
}, startLimitMs);

afterAll(async () => {
  await lives.close();
  await running.stop();
  await redis.stop();
}, startLimitMs);

async function keys(work: 'count' | 'flush'): Promise<number> {
  const connection = new Connection(redis.url);
  try {
    const count = await connection.dbsize();
    if (work === 'flush') await connection.flushall();
    return count;
  } finally {
    connection.disconnect();
  }
}

/** Until none of these is pending any more. */
async function carriedOut(some: readonly EarlierLife[]): Promise<readonly OpsDeadline[]> {
  const ids = new Set(some.map(({ accountId }) => accountId));
  const waited = new Set(some.map(({ accountId, dueAt }) => `${accountId} ${dueAt}`));
  for (let tries = 1200; tries > 0; tries -= 1) {
    const last = some.map(({ dueAt }) => dueAt).sort().at(-1)!;
    const pending = await running.client.all<OpsDeadline>(`/v1/ops/deadlines?status=pending&limit=1000&dueBefore=${new Date(Date.parse(last) + 1).toISOString()}`, { as: 'operator' });
    if (!pending.some(({ accountId, dueAt }) => waited.has(`${accountId} ${dueAt}`))) {
      return (await running.client.all<OpsDeadline>('/v1/ops/deadlines?status=fired&limit=1000', { as: 'operator' })).filter(({ accountId }) => ids.has(accountId));
    }
    await sleep(100);
  }
  throw new Error('not everything was carried out within two minutes');
}

async function expectAllOnce(some: readonly EarlierLife[]): Promise<void> {
  for (const { accountId, waitsFor, dueAt } of some) {
    const { firedAt, latenessMs } = await happenedOnce(running.client, accountId, waitsFor, dueAt, { real: true });
    expect(latenessMs).toBe(Date.parse(firedAt!) - Date.parse(dueAt));
  }
}

const kinds: readonly Wait[] = ['period-end', 'period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data'];

/** A hundred lives of which the first is due so far ahead, and those that wait still when their alarms are lost; `null`: this machine was held up until they were due. */
async function losing(aheadMs: number): Promise<{ readonly begun: readonly EarlierLife[]; readonly waiting: ReadonlySet<string> } | null> {
  const base = (await lives.now()) + aheadMs;
  const begun = await lives.beginAll(Array.from({ length: 100 }, (_, index) => [kinds[index % kinds.length]!, base + index * 50] as const));
  // The feeder has set the alarms once the queue holds a job for each.
  while ((await keys('count')) < 100) {
    if ((await lives.now()) > base - 3000) return null;
    await sleep(50);
  }
  await keys('flush');

  await sleep(Math.max(0, base - 3000 - (await lives.now())));
  const pending = await running.client.all<OpsDeadline>(`/v1/ops/deadlines?status=pending&limit=1000&dueBefore=${new Date(base + 60_000).toISOString()}`, { as: 'operator' });
  if ((await lives.now()) >= base) return null;
  const ids = new Set(begun.map(({ accountId }) => accountId));
  return { begun, waiting: new Set(pending.map(({ accountId }) => accountId).filter((id) => ids.has(id))) };
}

describe('a hundred pending cancellations', () => {
  it('survive FLUSHALL: all consequences once, none early', async () => {
    // As far ahead as this machine needs to make them, and to lose the queue; further, with others, where it was held up.
    const some = Array.from({ length: 18 }, (_, index) => kinds[index % kinds.length]!);
    const far = (await lives.now()) + 3_600_000;
    await lives.beginAll(kinds.map((kind) => [kind, far] as const));
    const began = await lives.now();
    await lives.beginAll(some.map((kind) => [kind, far] as const));
    let aheadMs = 10_000 + 8 * ((await lives.now()) - began);
    let lost = await losing(aheadMs);
    while (!lost) lost = await losing((aheadMs *= 2));
    const { begun, waiting } = lost;
    expect(waiting.size).toBe(100);
    await carriedOut(begun);
    await expectAllOnce(begun);
  }, 1_800_000);
});

describe('Redis away', () => {
  it('stops no request and nothing that is due; when it is back, alarms ring again', async () => {
    await redis.kill();
    const base = await lives.now();
    const meanwhile = await lives.beginAll(Array.from({ length: 10 }, (_, index) => [kinds[index % kinds.length]!, base + 4000 + index * 100] as const));
    const account = (await running.client.post('/v1/accounts', { body: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' } })).expect<{ accountId: string }>(201);
    (await running.client.post(`/v1/accounts/${account.accountId}/subscriptions`, { body: { planId: 'messaging-monthly' } })).expect(201);
    await carriedOut(meanwhile);
    // A purge has to prove what is not in the queue, and waits for it; everything else does not.
    await expectAllOnce(meanwhile.filter(({ waitsFor }) => waitsFor !== 'purge-data'));

    redis = await startRedis({ port: redis.port });
    await expectAllOnce(meanwhile);
    const later = (await lives.now()) + 8000;
    const after = await lives.beginAll(Array.from({ length: 10 }, (_, index) => [kinds[index % kinds.length]!, later + index * 100] as const));
    await eventually('alarms are set', async () => (await keys('count')) > 0, 120_000);
    await carriedOut(after);
    await expectAllOnce(after);
    expect([running.service.api.running, ...running.service.workers.map((worker) => worker.running)]).toEqual([true, true, true]);
  }, 400_000);
});
