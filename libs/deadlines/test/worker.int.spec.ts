// The worker on each kind of queue: on time, once, and never early, whatever happens to the queue or the database.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { plusMs } from '#kernel';
import { postgresQueues, redisQueues, TimeLimitExceeded } from '#running';
import { Alarms, Clock, DeadlineWorker, Deadlines, silentObserver } from '../src/index.js';
import { ownRedis, startRedis } from '../../../test/support/redis.js';
import { anotherDatabase, cuttable, deadline, eventually, firings, recordingConsumer, rig, set, type Firing } from './support.js';

jest.setTimeout(360_000);

let redis: Awaited<ReturnType<typeof ownRedis>>;
beforeAll(async () => {
  redis = await ownRedis();
});
afterAll(() => redis.stop());

const f = rig();
// After everything of the test has been closed.
afterEach(async () => {
  await redis.kill();
  redis = await startRedis({ port: redis.port });
});

async function flushAll(): Promise<void> {
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
}

const begin: typeof f.begin = (backend, settings, consumer) => f.begin(backend, { feedEveryMs: 100, ...settings }, consumer);

async function setMany(count: number, inMs: number): Promise<void> {
  const now = await f.clock.now(null);
  for (let index = 0; index < count; index += 1) {
    await f.deadlines.sync(`account-${index}`, null, { put: [deadline('a', plusMs(now, inMs + (index % 10) * 20))], fired: [], void: [] }, now);
  }
}

/** Within the life of a test. */
const neverSweep = { sweepEveryMs: 3_600_000, graceMs: 3_600_000 };
const early = (all: readonly Firing[]) => all.filter(({ now, dueAt }) => now < dueAt);
const accounts = (all: readonly Firing[]) => new Set(all.map(({ accountId }) => accountId)).size;

describe.each([
  ['Redis', () => redisQueues(redis.url)],
  ['PostgreSQL', () => postgresQueues(f.directUrl)],
])('with the queue in %s', (_, backend) => {
  it('fires by alarm alone, once, never early, and measures how late', async () => {
    const lateness: number[] = [];
    let fed = 0;
    const observer = { ...silentObserver, lateness: (_kind: string, ms: number) => lateness.push(ms), fed: (count: number) => (fed += count) };
    await setMany(40, 1_500);
    begin(backend(), { ...neverSweep, queues: 2, observer }, recordingConsumer(f, { observer }));
    await eventually('all fired', async () => (await firings(f)).length === 40);
    // What is told comes after the commit, which others may see before.
    await eventually('all told', () => lateness.length >= 40 && fed >= 40);
    const all = await firings(f);
    expect([all.length, accounts(all), early(all).length]).toEqual([40, 40, 0]);
    expect(lateness).toHaveLength(40);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
  });

  it('is safe with several workers at once', async () => {
    await setMany(60, 600);
    begin(backend(), { sweepEveryMs: 50, graceMs: 0 });
    begin(backend(), { sweepEveryMs: 50, graceMs: 0 });
    begin(backend(), { sweepEveryMs: 50, graceMs: 0 });
    await eventually('all fired', async () => (await f.deadlines.list({ status: 'fired' }, { limit: 100 })).data.length === 60);
    const all = await firings(f);
    expect([all.length, accounts(all), early(all).length]).toEqual([60, 60, 0]);
  });

  it('tries a failed one again through the queue, and lets it delay no other', async () => {
    await set(f, 'poison', 'a', 300);
    await setMany(20, 400);
    // Whoever waited for the poison would wait longer than the test.
    const failing = recordingConsumer(f, { attempts: 2, backOff: { firstMs: 3_600_000, longestMs: 3_600_000 } }, async ({ accountId }) => {
      if (accountId === 'poison') throw new Error('poison');
    });
    begin(backend(), { ...neverSweep, concurrency: 1 }, failing);
    await eventually('the others fired', async () => (await firings(f)).length === 20);
    await eventually('its next alarm is set', async () =>
      (await f.database.query(`SELECT FROM sunset.deadlines WHERE attempts = 1 AND alarm_at > clock_timestamp() + interval '20 minutes'`)).length === 1);
    expect((await f.deadlines.forAccount('poison'))[0]).toMatchObject({ status: 'pending', attempts: 1, lastError: 'Error: poison' });
    await f.database.query(`UPDATE sunset.deadlines SET next_attempt_at = due_at, alarm_at = due_at WHERE account_id = 'poison'`);
    await eventually('the poison is dead', async () => (await f.deadlines.list({ status: 'dead' }, { limit: 5 })).data.length === 1);
    expect((await f.deadlines.forAccount('poison'))[0]).toMatchObject({ attempts: 2, lastError: 'Error: poison' });
  });

  it('stops gracefully: what is under way is finished', async () => {
    let began = false;
    await set(f, 'slow', 'a', -1);
    const slow = recordingConsumer(f, {}, async () => {
      began = true;
      await sleep(700);
    });
    const worker = begin(backend(), neverSweep, slow);
    await eventually('it began', async () => began);
    await worker.stop();
    expect((await f.deadlines.forAccount('slow'))[0]).toMatchObject({ status: 'fired' });
  });
});

describe('without a queue', () => {
  it('the sweeper fires everything, once, never early', async () => {
    await setMany(30, 300);
    begin(null, { sweepEveryMs: 100 });
    await eventually('all fired', async () => (await firings(f)).length === 30);
    const all = await firings(f);
    expect([accounts(all), early(all).length]).toEqual([30, 0]);
  });

  it('a sweep takes far more than a batch, and leaves what backs off out of the way', async () => {
    await f.database.query(
      `INSERT INTO sunset.deadlines (deadline_id, account_id, shard, kind, generation, due_at, status, alarm_at)
       SELECT gen_random_uuid(), 'bulk-' || n, sunset.shard_of('bulk-' || n), CASE WHEN n <= 250 THEN 'poison' ELSE 'a' END, 1, now() - interval '1 day' + n * interval '1 ms', 'pending', now()
       FROM generate_series(1, 700) n`,
    );
    const failing = recordingConsumer(f, { backOff: { firstMs: 3_600_000, longestMs: 3_600_000 } }, async ({ kind }) => {
      if (kind === 'poison') throw new Error('poison');
    });
    begin(null, { sweepEveryMs: 3_600_000 }, failing);
    await eventually('the sound ones fired', async () => (await firings(f)).length === 450, 170_000);
    const { data } = await f.deadlines.list({ kind: 'poison' }, { limit: 300 });
    expect(data.filter(({ status, attempts }) => status === 'pending' && attempts === 1)).toHaveLength(250);
  });
});

describe('when the queue fails', () => {
  it('FLUSHALL: the reconciler sees it, the feeder refills, all fire once and none early', async () => {
    const found: { expected: number; missing: number }[] = [];
    const observer = { ...silentObserver, reconciled: (what: { expected: number; missing: number }) => found.push(what) };
    // Seen twice, since the first look may have begun before all were set.
    const allFed = async (): Promise<void> => {
      found.length = 0;
      await eventually('all fed', () => found.filter(({ expected, missing }) => expected === 100 && missing === 0).length > 1);
    };
    begin(redisQueues(redis.url), { ...neverSweep, reconcileEveryMs: 200, observer });
    // As far ahead as this machine needs, several times over, to set them and to lose the queue.
    const began = performance.now();
    await setMany(100, 1_800_000);
    await allFed();
    const ahead = 10_000 + 4 * (performance.now() - began);
    await setMany(100, ahead);
    await allFed();
    await flushAll();
    await eventually('the loss is seen', () => found.some(({ missing }) => missing === 100));
    await eventually('all fired', async () => (await firings(f)).length >= 100, ahead + 60_000);
    await sleep(300);
    const all = await firings(f);
    expect([all.length, accounts(all), early(all).length]).toEqual([100, 100, 0]);
  });

  it('FLUSHALL with no reconciler: what is lost is swept', async () => {
    let fed = 0;
    await setMany(20, 1_800_000);
    begin(redisQueues(redis.url), { reconcileEveryMs: 3_600_000, graceMs: 500, sweepEveryMs: 100, observer: { ...silentObserver, fed: (count) => (fed += count) } });
    await eventually('all fed', () => fed === 20);
    await flushAll();
    expect(await firings(f)).toEqual([]);
    // Nearer, without a word to the feeder.
    await f.database.query(`UPDATE sunset.deadlines SET due_at = clock_timestamp() + interval '1 second'`);
    await eventually('all fired', async () => (await firings(f)).length >= 20);
    await sleep(300);
    const all = await firings(f);
    expect([all.length, early(all).length]).toEqual([20, 0]);
  });

  it('an alarm that rings early, as under a clock that runs ahead, is refused and set again, and the row fires on time', async () => {
    const outcomes: string[] = [];
    const observer = { ...silentObserver, delivered: (outcome: string) => outcomes.push(outcome) };
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue('deadlines-0', { connection, prefix: '{sunset}' });
    f.afterwards(async () => {
      await queue.close();
      connection.disconnect();
    });
    await set(f, 'hasty', 'a', 20_000);
    begin(redisQueues(redis.url), { refeedMs: 300, ...neverSweep }, recordingConsumer(f, { observer }));
    await eventually('it was fed', async () => (await queue.getDelayedCount()) === 1);
    const [alarm] = await queue.getDelayed();
    expect(alarm?.data).toEqual({ deadlineId: expect.any(String), accountId: 'hasty', generation: 1 });
    await alarm?.promote();
    await eventually('it was refused', async () => outcomes.includes('early'));
    await eventually('it left the queue', async () => (await queue.getJobCountByTypes('active', 'waiting', 'failed', 'completed')) === 0);
    await eventually('it fired', async () => (await firings(f)).length === 1);
    expect(early(await firings(f))).toEqual([]);
    await eventually('it is told', () => outcomes.includes('fired'));
    expect(outcomes.filter((outcome) => outcome === 'fired')).toHaveLength(1);
    await eventually('nothing is kept', async () => (await queue.getJobCountByTypes('active', 'delayed', 'failed', 'completed')) === 0);
  });

  it('a feeder that finds Redis away hangs nothing; when Redis is back the alarms are', async () => {
    await redis.kill();
    await setMany(5, 400);
    let fed = 0;
    begin(redisQueues(redis.url), { sweepEveryMs: 100, graceMs: 100, observer: { ...silentObserver, fed: (count) => (fed += count) } });
    await eventually('swept meanwhile', async () => (await firings(f)).length === 5);
    redis = await startRedis({ port: redis.port });
    await set(f, 'after', 'a', 1_800_000);
    await eventually('fed again', () => fed === 1);
    expect(await firings(f)).toHaveLength(5);
  });

  it('adding while Redis is away rejects at once, and works again when it is back', async () => {
    const alarms = new Alarms(redisQueues(redis.url));
    f.afterwards(() => alarms.close());
    const alarm = { deadlineId: 'x', generation: 1, accountId: 'a', wakeAt: await f.clock.now(null), attempts: 0, delayMs: 60_000 };
    await alarms.add([alarm]);
    await redis.kill();
    await eventually('it is seen to be away', () => !alarms.available);
    // By itself, not because of the limit on asking.
    const failure = await alarms.add([alarm]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(TimeLimitExceeded);
    redis = await startRedis({ port: redis.port });
    await eventually('it works again', async () => alarms.available);
    expect(await alarms.missing([alarm])).toEqual([alarm]);
    await alarms.add([alarm, alarm]);
    expect(await alarms.missing([alarm])).toEqual([]);
  });

  it('Redis restarted under a running worker: alarms alone fire what is set afterwards', async () => {
    begin(redisQueues(redis.url), neverSweep);
    await set(f, 'before', 'a', 200);
    await eventually('fired before', async () => (await firings(f)).length === 1);
    await redis.kill();
    await sleep(500);
    redis = await startRedis({ port: redis.port });
    await set(f, 'after', 'a', 200);
    await eventually('fired after', async () => (await firings(f)).length === 2);
  });
});

/** A job that was handed out when nobody heard it any more is held for half a minute, and found within another; all that is waited for here as well. */
const unheardJobMs = 120_000;

describe('when the database goes away and comes back', () => {
  it.each(['Redis', 'PostgreSQL'])('the worker survives and fires what is due (queue in %s)', async (kind) => {
    const target = new URL(f.directUrl);
    const way = await cuttable(target.hostname, Number(target.port || 5432));
    const there = new URL(f.directUrl);
    there.host = `127.0.0.1:${way.port}`;
    const through = await anotherDatabase(there.href);
    const { database } = through;
    const alarms = new Alarms(kind === 'Redis' ? redisQueues(redis.url) : postgresQueues(there.href));
    const consumer = recordingConsumer({ database, deadlines: new Deadlines(database), clock: new Clock(database) });
    const worker = new DeadlineWorker(database, consumer, alarms, { feedEveryMs: 100, graceMs: 3_600_000 });
    for (const close of [() => way.close(), () => through.close(), () => alarms.close(), () => worker.stop(), () => way.mend()]) f.afterwards(close);
    worker.start();
    await set(f, 'first', 'a', 200);
    await eventually('fired before', async () => (await firings(f)).length === 1);
    way.cut();
    await set(f, 'second', 'a', 200);
    await sleep(1_000);
    expect(await firings(f)).toHaveLength(1);
    way.mend();
    await eventually('fired after, by alarm', async () => (await firings(f)).length === 2);
    expect((await f.deadlines.forAccount('second'))[0]).toMatchObject({ status: 'fired', attempts: 0 });
  });

  it.each(['PostgreSQL', 'none'])('also when its host vanishes and closes no connection (queue in %s)', async (kind) => {
    const target = new URL(f.directUrl);
    const way = await cuttable(target.hostname, Number(target.port || 5432));
    const there = new URL(f.directUrl);
    there.host = `127.0.0.1:${way.port}`;
    const answerLimitMs = 2_000;
    const through = await anotherDatabase(there.href, { answerLimitMs });
    const { database } = through;
    const alarms = kind === 'none' ? null : new Alarms(postgresQueues(there.href, { answerLimitMs }));
    const consumer = recordingConsumer({ database, deadlines: new Deadlines(database), clock: new Clock(database) });
    const worker = new DeadlineWorker(database, consumer, alarms, { feedEveryMs: 100, sweepEveryMs: 50, graceMs: 3_600_000 });
    for (const close of [() => through.close(), () => alarms?.close(), () => worker.stop(), () => way.close()]) f.afterwards(close);
    worker.start();
    await set(f, 'first', 'a', 200);
    await eventually('fired before', async () => (await firings(f)).length === 1);
    for (const account of ['second', 'third']) {
      way.silence();
      await set(f, account, 'a', 200);
      await eventually(`${account} fired`, async () => (await firings(f)).some(({ accountId }) => accountId === account), unheardJobMs);
    }
  });
});
