// Test clocks: a year in seconds, in order, through the same queue and consumer as real time.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dayMs, type Instant, instant, plusMs } from '#kernel';
import { ownRedis } from '../../../test/support/redis.js';
import { connect, Database } from '#postgres';
import { postgresQueues, type QueueBackend, redisQueues } from '#running';
import { Clock, Deadlines, DeadlineWorker, emptyAgenda, silentObserver, TestClocks } from '../src/index.js';
import { anotherDatabase, deadline, eventually, firings, recordingConsumer, rig } from './support.js';

jest.setTimeout(360_000);

const start = instant('2026-01-01T00:00:00Z');
const day = (count: number) => plusMs(start, count * dayMs);

let redis: Awaited<ReturnType<typeof ownRedis>>;
beforeAll(async () => {
  redis = await ownRedis();
});
afterAll(() => redis.kill());

const f = rig();
let clocks: TestClocks;
beforeEach(() => {
  clocks = new TestClocks(f.database);
});

const begin: typeof f.begin = (backend, settings, consumer) => f.begin(backend, { sweepEveryMs: 3_600_000, ...settings }, consumer);

const put = (accountId: string, clockId: string, ...days: number[]) =>
  f.deadlines.sync(
    accountId,
    clockId,
    { put: days.map((count) => deadline('a', day(count), { generation: count })), fired: [], void: [] },
    start,
  );

async function advance(clockId: string, count: number, ms = 120_000) {
  expect(await clocks.advance(clockId, day(count))).toMatchObject({ status: 'advancing' });
  return clocks.waitUntilReady(clockId, ms);
}

describe.each([
  ['Redis', () => redisQueues(redis.url)],
  ['PostgreSQL', () => postgresQueues(f.directUrl)],
  ['no queue', () => null],
])('advancing, with the queue in %s', (_, backend) => {
  it('fires a year of deadlines of several accounts in order of due date, each at its instant', async () => {
    const { testClockId } = await clocks.create(start);
    await put('one', testClockId, ...Array.from({ length: 20 }, (__, index) => 1 + index * 18));
    await put('two', testClockId, ...Array.from({ length: 19 }, (__, index) => 2 + index * 18));
    await put('three', testClockId, 1, 400);
    begin(backend(), { graceMs: 3_600_000 });
    const warm = await clocks.create(start);
    await put('warm', warm.testClockId, 1);
    await advance(warm.testClockId, 1);
    expect(await advance(testClockId, 365)).toMatchObject({ now: day(365), status: 'ready' });
    const all = (await firings(f)).filter(({ accountId }) => accountId !== 'warm');
    expect(all).toHaveLength(40);
    expect(all.map(({ now }) => now)).toEqual(all.map(({ dueAt }) => dueAt));
    expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort());
    expect((await f.deadlines.list({ status: 'pending' }, { limit: 5 })).data).toMatchObject([{ accountId: 'three', dueAt: day(400) }]);
  });
});

describe('a test clock', () => {
  it('goes forward only, one advance at a time, and is known or not', async () => {
    const { testClockId } = await clocks.create(start);
    expect(await clocks.advance(testClockId, plusMs(start, -1))).toMatchObject({ refused: 'before_now' });
    expect(await clocks.advance(testClockId, day(1))).toMatchObject({ status: 'advancing', now: start });
    expect(await clocks.advance(testClockId, day(2))).toMatchObject({ refused: 'request_in_progress' });
    expect(await clocks.waitUntilReady(testClockId, 50)).toMatchObject({ status: 'advancing' });
    expect(await clocks.advance('unknown', day(1))).toBeNull();
    expect(await clocks.get('unknown')).toBeNull();
    await expect(f.clock.now('unknown')).rejects.toThrow('unknown');
  });

  it('that nobody lives by advances at once, centuries if asked', async () => {
    begin(null);
    const { testClockId } = await clocks.create(start);
    const far = instant('2999-01-01T00:00:00Z');
    await clocks.advance(testClockId, far);
    expect(await clocks.waitUntilReady(testClockId, 120_000)).toMatchObject({ now: far, status: 'ready' });
    expect(await f.clock.now(testClockId)).toBe(far);
  });

  it('passes over what is held, and fires it when it is let go, though the clock stands', async () => {
    begin(redisQueues(redis.url));
    const { testClockId } = await clocks.create(start);
    const held = deadline('a', day(5), { held: true });
    await f.deadlines.sync('one', testClockId, { put: [held], fired: [], void: [] }, start);
    expect(await advance(testClockId, 10)).toMatchObject({ status: 'ready' });
    expect(await firings(f)).toEqual([]);
    await f.deadlines.sync('one', testClockId, { put: [{ ...held, held: false }], fired: [], void: [] }, day(10));
    await eventually('it fired', async () => (await firings(f)).length === 1);
    expect((await f.deadlines.forAccount('one'))[0]).toMatchObject({ status: 'fired', firedAt: day(10), latenessMs: 5 * dayMs });
  });

  it('fails with the reason when a row is dead, holds what comes after, and goes on once that is mended', async () => {
    let broken = true;
    const settings = { attempts: 3, testClockBackOff: { firstMs: 20, longestMs: 40 } };
    begin(
      redisQueues(redis.url),
      {},
      recordingConsumer(f, settings, async ({ generation }) => {
        if (broken && generation === 3) throw new Error('broken');
      }),
    );
    const { testClockId } = await clocks.create(start);
    await put('one', testClockId, 2, 3, 4);
    expect(await advance(testClockId, 10)).toMatchObject({ status: 'failed', now: day(3), lastError: 'a of account one is dead: Error: broken' });
    expect(await firings(f)).toHaveLength(1);
    broken = false;
    const dead = (await f.deadlines.list({ status: 'dead' }, { limit: 1 })).data[0]!;
    await f.deadlines.retry(dead.deadlineId);
    await eventually('the retried one fired', async () => (await firings(f)).length === 2);
    expect(await advance(testClockId, 10)).toMatchObject({ status: 'ready', now: day(10), lastError: null });
    expect((await firings(f)).map(({ dueAt }) => dueAt)).toEqual([day(2), day(3), day(4)]);
  });

  it('sees everything at one moment: a row that dies between two looks is missed by neither', async () => {
    const { testClockId } = await clocks.create(start);
    await put('one', testClockId, 2);
    await f.database.query('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [testClockId, day(2)]);
    const through = await anotherDatabase(f.url);
    f.afterwards(() => through.close());
    let steps = 0;
    /** It dies after the first look of the first step. */
    class Meddled extends Database {
      override async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
        const rows = await super.query<Row>(sql, parameters);
        if (sql.includes("status = 'dead'") && sql.includes('sunset.deadlines')) {
          steps += 1;
          if (steps === 1) await through.database.query(`UPDATE sunset.deadlines SET status = 'dead', last_error = 'broken' WHERE status = 'pending'`);
        }
        return rows;
      }
    }
    const meddled = await connect({ url: f.url });
    f.afterwards(() => meddled.destroy());
    const database = new Meddled(meddled);
    const consumer = recordingConsumer({ database, deadlines: new Deadlines(database), clock: new Clock(database) });
    const worker = new DeadlineWorker(database, consumer, null, { sweepEveryMs: 3_600_000, agenda: emptyAgenda });
    expect(await clocks.advance(testClockId, day(3))).toMatchObject({ status: 'advancing' });
    worker.start();
    f.afterwards(() => worker.stop());
    expect(await clocks.waitUntilReady(testClockId, 120_000)).toMatchObject({ status: 'failed', now: day(2), lastError: 'a of account one is dead: broken' });
    expect(steps).toBeGreaterThan(1);
  });

  it('waits for what other work brings about, also when both look at it at once', async () => {
    const { testClockId } = await clocks.create(start);
    let asked = 0;
    // The work ends, and what it brought about is due, after the driver has looked at the deadlines and before it hears whether the work is done.
    const agenda = {
      ...emptyAgenda,
      isBusy: async () => {
        asked += 1;
        if (asked === 1) await set();
        const [row] = await f.database.query<{ busy: boolean }>(`SELECT NOT EXISTS (SELECT FROM sunset.deadlines WHERE kind = 'brought') AS busy`);
        return row!.busy;
      },
    };
    const through = await anotherDatabase(f.url);
    f.afterwards(() => through.close());
    const set = () => new Deadlines(through.database).sync('one', testClockId, { put: [deadline('brought', start)], fired: [], void: [] }, start);
    begin(null, { agenda });
    expect(await advance(testClockId, 3)).toMatchObject({ status: 'ready' });
    expect(await firings(f)).toMatchObject([{ kind: 'brought', now: start }]);
  });

  it('tries what failed again in real time, through the queue, and goes on', async () => {
    let failures = 2;
    begin(
      redisQueues(redis.url),
      { graceMs: 3_600_000 },
      recordingConsumer(f, {}, async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
      }),
    );
    const { testClockId } = await clocks.create(start);
    await put('one', testClockId, 2);
    expect(await advance(testClockId, 3)).toMatchObject({ status: 'ready' });
    expect(await f.deadlines.forAccount('one')).toMatchObject([{ status: 'fired', attempts: 2, latenessMs: 0 }]);
  });

  it('neither moves on nor is ready while other work is under way', async () => {
    let busy = true;
    begin(null, { agenda: { ...emptyAgenda, isBusy: async () => busy } });
    const { testClockId } = await clocks.create(start);
    await put('one', testClockId, 2);
    expect(await advance(testClockId, 3, 400)).toMatchObject({ status: 'advancing', now: start });
    busy = false;
    expect(await clocks.waitUntilReady(testClockId, 120_000)).toMatchObject({ status: 'ready', now: day(3) });
  });

  it('stops for other work between, before and after the deadlines, in order, and not beyond its target', async () => {
    const { testClockId } = await clocks.create(start);
    const left = [day(1), day(2), day(4), day(9)];
    const done: string[] = [];
    const agenda = {
      isBusy: async () => {
        const now = await f.clock.now(testClockId);
        while (left[0] !== undefined && left[0] <= now) done.push(`${left.shift()!} at ${now}`);
        return false;
      },
      nextDue: async (_: string, by: Instant) => (left[0] !== undefined && left[0] <= by ? left[0] : null),
    };
    await put('one', testClockId, 2, 3);
    begin(null, { agenda });
    expect(await advance(testClockId, 5)).toMatchObject({ status: 'ready', now: day(5) });
    expect(done).toEqual([1, 2, 4].map((count) => `${day(count)} at ${day(count)}`));
    expect((await firings(f)).map(({ now }) => now)).toEqual([day(2), day(3)]);
    expect(left).toEqual([day(9)]);
  });

  it('is driven by several workers at once, each deadline once and in order', async () => {
    for (let count = 0; count < 3; count += 1) begin(redisQueues(redis.url));
    const ids = await Promise.all(Array.from({ length: 5 }, async (_, index) => {
      const { testClockId } = await clocks.create(start);
      await put(`account-${index}`, testClockId, ...Array.from({ length: 10 }, (__, count) => count + 1));
      return testClockId;
    }));
    const ended = await Promise.all(ids.map((id) => advance(id, 30)));
    expect(ended.map((clock) => clock?.status)).toEqual(Array(5).fill('ready'));
    const all = await firings(f);
    expect(all).toHaveLength(50);
    for (let index = 0; index < 5; index += 1) {
      const own = all.filter(({ accountId }) => accountId === `account-${index}`).map(({ dueAt }) => dueAt);
      expect(own).toEqual([...own].sort());
    }
  });

  it('goes on without the queue when it takes alarms and never rings', async () => {
    const mute: QueueBackend = {
      available: true,
      openQueue: async () => ({
        addBulk: async () => undefined, getJob: async () => undefined, getJobs: async () => [], pause: async () => undefined, resume: async () => undefined,
        drain: async () => undefined, close: async () => undefined,
      }),
      openWorker: async () => ({ isRunning: () => true, close: async () => undefined }),
      close: async () => undefined,
    };
    let fed = 0;
    begin(mute, { graceMs: 100, observer: { ...silentObserver, fed: (count) => (fed += count) } });
    const { testClockId } = await clocks.create(start);
    await put('one', testClockId, 1, 2, 3);
    expect(await advance(testClockId, 5)).toMatchObject({ status: 'ready' });
    expect([fed, (await firings(f)).length]).toEqual([3, 3]);
    await sleep(150);
    expect(await firings(f)).toHaveLength(3);
  });
});
