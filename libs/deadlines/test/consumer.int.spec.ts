// One delivery: the fence, exactly once, and what a failure leaves behind.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { plusMs } from '#kernel';
import { silentLogger } from '#running';
import { Clock, ClockWatch, DeadlineConsumer, Deadlines, type DueDeadline, type Outcome, silentObserver } from '../src/index.js';
import { alarmOf, anotherDatabase, cuttable, deadline, firings, fixture, oneByOne, recordingConsumer, set, type Fixture } from './support.js';
import { Sweeper } from '../src/sweeper.js';

jest.setTimeout(120_000);

let f: Fixture;
beforeAll(async () => {
  f = await fixture();
});
afterAll(() => f.close());

const row = async (accountId: string) => (await f.deadlines.forAccount(accountId))[0]!;
const fired = async (accountId: string) => (await firings(f)).filter((firing) => firing.accountId === accountId);

describe('the fence', () => {
  it('refuses an early job, which changes nothing, and takes the same row once it is due', async () => {
    const id = await set(f, 'early', 'a', 60_000);
    const consumer = recordingConsumer(f);
    const before = await row('early');
    expect(await consumer.fire(alarmOf(id, 1))).toBe('early');
    expect(await row('early')).toEqual(before);
    const now = await f.clock.now(null);
    await f.deadlines.sync('early', null, { put: [deadline('a', now)], fired: [], void: [] }, now);
    expect(await consumer.fire(alarmOf(id, 1))).toBe('fired');
    expect(await row('early')).toMatchObject({ status: 'fired', attempts: 0 });
  });

  it('leaves alone what is of another generation, void, fired or unknown', async () => {
    const consumer = recordingConsumer(f);
    const id = await set(f, 'stale', 'a', -10);
    expect(await consumer.fire(alarmOf(id, 0))).toBe('stale');
    expect(await consumer.fire(alarmOf(id, 2))).toBe('stale');
    expect(await consumer.fire(alarmOf(randomUUID(), 1))).toBe('stale');
    expect(await consumer.fire(alarmOf(id, 1))).toBe('fired');
    expect(await consumer.fire(alarmOf(id, 1))).toBe('stale');
    const voided = await set(f, 'voided', 'a', -10);
    const now = await f.clock.now(null);
    await f.deadlines.sync('voided', null, { put: [], fired: [], void: [deadline('a', now)] }, now);
    expect(await consumer.fire(alarmOf(voided, 1))).toBe('stale');
    expect([await fired('stale'), await fired('voided')].map((list) => list.length)).toEqual([1, 0]);
  });

  it('runs the handler once however often it is delivered at once', async () => {
    const id = await set(f, 'twice', 'a', -10);
    const consumer = recordingConsumer(f, {}, () => sleep(50));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => consumer.fire(alarmOf(id, 1))));
    expect(outcomes.filter((outcome) => outcome === 'fired')).toHaveLength(1);
    expect(outcomes.filter((outcome) => !['fired', 'busy', 'stale'].includes(outcome))).toEqual([]);
    expect(await fired('twice')).toHaveLength(1);
  });

  it('goes by the test clock, not by real time', async () => {
    const clockId = `clock-${randomUUID()}`;
    const real = await f.clock.now(null);
    const past = plusMs(real, -1_000_000);
    await f.database.query(`INSERT INTO sunset.test_clocks (test_clock_id, now, status) VALUES ($1, $2, 'ready')`, [clockId, past]);
    await f.deadlines.sync('on-clock', clockId, { put: [deadline('a', plusMs(past, 5))], fired: [], void: [] }, past);
    const { deadlineId } = await row('on-clock');
    const consumer = recordingConsumer(f);
    expect(await consumer.fire(alarmOf(deadlineId, 1, 'on-clock'))).toBe('early');
    await f.database.query('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [clockId, plusMs(past, 5)]);
    expect(await consumer.fire(alarmOf(deadlineId, 1, 'on-clock'))).toBe('fired');
    expect(await row('on-clock')).toMatchObject({ firedAt: plusMs(past, 5), latenessMs: 0 });
  });
});

describe('what nobody can do just now', () => {
  it('is tried for none of them alone, and counts for none', async () => {
    const accounts = Array.from({ length: 32 }, (_, nth) => `held-${nth}`);
    const ids = await Promise.all(accounts.map((account) => set(f, account, 'a', -10)));
    let handed = 0;
    const consumer = new DeadlineConsumer(f.database, () => {
      handed += 1;
      throw Object.assign(new Error('the log is held'), { unavailable: 'to-all' });
    });
    expect(new Set(await Promise.all(ids.map((id, nth) => consumer.fire(alarmOf(id, 1, accounts[nth])))))).toEqual(new Set(['unavailable']));
    expect(handed).toBeLessThan(accounts.length);
    for (const account of accounts) expect(await row(account)).toMatchObject({ status: 'pending', attempts: 0 });
  });
});

describe("the account's word", () => {
  const saying = (say: (due: DueDeadline) => Promise<void>) => new DeadlineConsumer(f.database, oneByOne(say));

  it('makes void what nobody waits for any more, and says so', async () => {
    const id = await set(f, 'silent', 'a', -10);
    expect(await saying(async () => undefined).fire(alarmOf(id, 1))).toBe('stale');
    expect(await row('silent')).toMatchObject({ status: 'void', lastError: 'the account no longer waited for it' });
  });

  it('blocks what is held, keeps what is moved, and fires it when it is let go', async () => {
    const id = await set(f, 'held', 'a', -10);
    const { dueAt } = await row('held');
    const put = (changes: { held?: boolean; dueAt?: typeof dueAt }) => (due: DueDeadline) =>
      f.deadlines.sync(due.accountId, null, { put: [{ ...due, held: false, ...changes }], fired: [], void: [] }, dueAt);
    expect(await saying(put({ held: true })).fire(alarmOf(id, 1))).toBe('blocked');
    expect(await row('held')).toMatchObject({ status: 'blocked', dueAt });
    expect(await recordingConsumer(f).fire(alarmOf(id, 1))).toBe('stale');
    await f.deadlines.retry(id);
    expect(await saying(put({ held: true })).fire(alarmOf(id, 1))).toBe('blocked');
    await f.deadlines.sync('held', null, { put: [deadline('a', dueAt)], fired: [], void: [] }, dueAt);
    expect(await saying(put({ dueAt: plusMs(dueAt, 60_000) })).fire(alarmOf(id, 1))).toBe('moved');
    expect(await row('held')).toMatchObject({ status: 'pending', dueAt: plusMs(dueAt, 60_000) });
  });

  it('counts it as a failure when the account waits for the same as before', async () => {
    const id = await set(f, 'endless', 'a', -10);
    const again = saying((due) => f.deadlines.sync('endless', null, { put: [{ ...due, held: false }], fired: [], void: [] }, due.dueAt));
    expect(await again.fire(alarmOf(id, 1))).toBe('failed');
    expect(await row('endless')).toMatchObject({ status: 'pending', attempts: 1, lastError: expect.stringContaining('StillWaiting') });
  });
});

describe('many at once', () => {
  const all = async (name: string) => Promise.all(Array.from({ length: 64 }, (_, index) => set(f, `${name}-${index}`, 'a', -10)));

  it('are fired in a few transactions, each once', async () => {
    const ids = await all('together');
    const consumer = recordingConsumer(f);
    const outcomes = await Promise.all([...ids, ...ids].map((id) => consumer.fire(alarmOf(id, 1))));
    expect(outcomes.filter((outcome) => outcome === 'fired')).toHaveLength(64);
    const [{ transactions }] = (await f.database.query<{ transactions: number }>(`SELECT count(DISTINCT xmin::text) AS transactions FROM firings WHERE account_id LIKE 'together-%'`)) as [{ transactions: number }];
    expect(transactions).toBeLessThan(16);
  });

  it.each<[string, 'failed' | 'unavailable', (due: DueDeadline) => Promise<Error | void>]>([
    ['throws', 'failed', async () => Promise.reject(new Error('poisoned'))],
    ['is answered as an error', 'failed', async () => new Error('poisoned')],
    ['is refused by the database', 'failed', async () => {
      await f.database.query('SELECT 1 / 0');
    }],
    ['lacks what another process has', 'unavailable', async () => Promise.reject(Object.assign(new Error('not here'), { unavailable: true }))],
  ])('do not fail with the one that %s: 63 are fired, and it is %s, in its row alone', async (name, what, fail) => {
    const ids = await all(name);
    const consumer = new DeadlineConsumer(f.database, async (due) => {
      const carried: (Error | 'carried-out')[] = [];
      for (const one of due) {
        const failed = one.accountId === `${name}-33` ? await fail(one) : undefined;
        if (!failed) await f.deadlines.syncAll([{ accountId: one.accountId, testClockId: null, changes: { put: [], fired: [one], void: [] }, now: one.dueAt }]);
        carried.push(failed ?? 'carried-out');
      }
      return carried;
    });
    const outcomes = await Promise.all(ids.map((id) => consumer.fire(alarmOf(id, 1))));
    expect(outcomes.map((outcome, index) => (outcome === 'fired' ? [] : [index, outcome])).flat()).toEqual([33, what]);
    expect(await row(`${name}-33`)).toMatchObject({ status: 'pending', ...(what === 'failed' ? { attempts: 1, lastError: expect.any(String) } : { attempts: 0, lastError: null }) });
    expect(await row(`${name}-34`)).toMatchObject({ status: 'fired', attempts: 0 });
  });

  it('hand over apart what cannot go with others', async () => {
    const ids = await all('apart');
    const seen: number[] = [];
    const consumer = new DeadlineConsumer(f.database, async (due, alone) => {
      seen.push(due.length);
      const apart = due.map(({ accountId }) => accountId === 'apart-5' && !alone);
      for (const [index, one] of due.entries()) if (!apart[index]) await f.deadlines.syncAll([{ accountId: one.accountId, testClockId: null, changes: { put: [], fired: [one], void: [] }, now: one.dueAt }]);
      return apart.map((one) => (one ? 'apart' : 'carried-out'));
    });
    expect(await Promise.all(ids.map((id) => consumer.fire(alarmOf(id, 1))))).toEqual(ids.map(() => 'fired'));
    expect(seen).toContain(1);
  });
});

describe('what goes apart', () => {
  /** Those of accounts called so go apart, and end once they are let. */
  function slowly(name: string) {
    let [at, most] = [0, 0];
    const held: (() => void)[] = [];
    let areLet = false;
    const consumer = new DeadlineConsumer(f.database, async (due, alone) => {
      const apart = due.map(({ accountId }) => accountId.startsWith(name) && !alone);
      if (alone && due[0]!.accountId.startsWith(name)) {
        most = Math.max(most, (at += 1));
        if (!areLet) await new Promise<void>((end) => held.push(end));
        at -= 1;
      }
      for (const [index, one] of due.entries()) if (!apart[index]) await f.deadlines.syncAll([{ accountId: one.accountId, testClockId: null, changes: { put: [], fired: [one], void: [] }, now: one.dueAt }]);
      return apart.map((one) => (one ? 'apart' : 'carried-out'));
    });
    const letEnd = (): void => {
      areLet = true;
      for (const end of held.splice(0)) end();
    };
    return { consumer, letEnd, most: () => most };
  }

  const ofAccounts = async (name: string, count: number) => Promise.all(Array.from({ length: count }, (_, index) => set(f, `${name}-${index}`, 'a', -10)));

  it('has a place of its own, and keeps nobody else from being fired, however many they are and however long they take', async () => {
    const [slow, quick] = [await ofAccounts('slow', 6), await ofAccounts('quick', 40)];
    const { consumer, letEnd, most } = slowly('slow');
    // Beside another, so that none is alone to begin with.
    const firing = Promise.all([...slow, quick[0]!].map((id) => consumer.fire(alarmOf(id, 1))));
    try {
      for (const id of quick.slice(1)) expect(await consumer.fire(alarmOf(id, 1))).toBe('fired');
    } finally {
      letEnd();
    }
    expect(await firing).toEqual([...slow, quick[0]].map(() => 'fired'));
    expect(most()).toBeLessThanOrEqual(2);
    await consumer.ended();
  });

  it('keeps the sweeper from nothing else, which does not take it up again meanwhile', async () => {
    const [slow] = [await ofAccounts('laggard', 3)];
    const { consumer, letEnd } = slowly('laggard');
    const sweeper = new Sweeper(f.database, consumer, new ClockWatch(f.database, silentLogger), 0);
    const beside = await ofAccounts('beside', 2);
    await sweeper.sweep();
    expect([...consumer.passedOver].sort()).toEqual([...slow].sort());
    const later = await ofAccounts('later', 2);
    await sweeper.sweep();
    const statuses = async (ids: readonly string[]) => f.database.query('SELECT DISTINCT status FROM sunset.deadlines WHERE deadline_id = ANY ($1)', [ids]);
    expect([await statuses([...beside, ...later]), await statuses(slow)]).toEqual([[{ status: 'fired' }], [{ status: 'pending' }]]);
    letEnd();
    await consumer.ended();
    expect([await statuses(slow), consumer.passedOver]).toEqual([[{ status: 'fired' }], []]);
  });
});

describe('failure', () => {
  it('rolls back what the handler wrote, waits, and fires once later', async () => {
    const id = await set(f, 'crash', 'a', -10);
    const crashing = recordingConsumer(f, { backOff: { firstMs: 3_600_000, longestMs: 3_600_000 } }, async () => Promise.reject(new Error('killed before the commit')));
    expect(await crashing.fire(alarmOf(id, 1))).toBe('failed');
    expect(await fired('crash')).toEqual([]);
    expect(await row('crash')).toMatchObject({ status: 'pending', attempts: 1, lastError: 'Error: killed before the commit' });
    expect(await crashing.fire(alarmOf(id, 1))).toBe('early');
    await f.database.query('UPDATE sunset.deadlines SET next_attempt_at = due_at WHERE deadline_id = $1', [id]);
    expect(await recordingConsumer(f).fire(alarmOf(id, 1))).toBe('fired');
    expect(await fired('crash')).toHaveLength(1);
    expect(await row('crash')).toMatchObject({ status: 'fired', nextAttemptAt: null });
  });

  it('doubles the wait up to its limit, then gives up; an operator brings it back', async () => {
    const outcomes: Outcome[] = [];
    const id = await set(f, 'poison', 'a', -10);
    const observer = { ...silentObserver, delivered: (outcome: Outcome) => outcomes.push(outcome) };
    const poisoned = recordingConsumer(f, { attempts: 3, backOff: { firstMs: 100, longestMs: 150 }, observer }, async () => {
      throw new Error('always');
    });
    const waits: number[] = [];
    while ((await row('poison')).status !== 'dead') {
      if ((await poisoned.fire(alarmOf(id, 1))) !== 'failed') {
        await sleep(10);
        continue;
      }
      const [{ wait }] = (await f.database.query<{ wait: number }>(
        `SELECT extract(epoch FROM next_attempt_at - updated_at)::float8 * 1000 AS wait FROM sunset.deadlines WHERE deadline_id = $1`,
        [id],
      )) as [{ wait: number }];
      waits.push(Math.round(wait));
    }
    expect(outcomes.filter((outcome) => outcome !== 'early' && outcome !== 'busy')).toEqual(['failed', 'failed', 'dead']);
    expect(waits[0]).toBeGreaterThanOrEqual(50);
    expect(waits[0]).toBeLessThanOrEqual(101);
    expect(waits[1]).toBeGreaterThanOrEqual(75);
    expect(waits[1]).toBeLessThanOrEqual(151);
    expect(await row('poison')).toMatchObject({ status: 'dead', attempts: 3, nextAttemptAt: null });
    expect(await poisoned.fire(alarmOf(id, 1))).toBe('stale');
    expect(await f.deadlines.retry(id)).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await recordingConsumer(f).fire(alarmOf(id, 1))).toBe('fired');
  });

  it('keeps nothing personal of an error', async () => {
    const id = await set(f, 'secret', 'a', -10);
    const leaking = recordingConsumer(f, {}, async () => {
      await f.database.query(`SELECT 'jane@example.org'::int`);
    });
    expect(await leaking.fire(alarmOf(id, 1))).toBe('failed');
    expect((await row('secret')).lastError).toBe('SQLSTATE 22P02');
  });

  it('does not count a connection that broke under the handler', async () => {
    const id = await set(f, 'broken', 'a', -10);
    const broken = recordingConsumer(f, {}, async () => {
      await f.database.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(await broken.fire(alarmOf(id, 1))).toBe('unavailable');
    expect(await row('broken')).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await recordingConsumer(f).fire(alarmOf(id, 1))).toBe('fired');
    expect(await fired('broken')).toHaveLength(1);
  });

  it('counts a statement that takes too long, ends it in the server, and gives up in the end', async () => {
    const id = await set(f, 'long', 'a', -10);
    const impatient = await anotherDatabase(f.directUrl, { answerLimitMs: 500 });
    try {
      const { database } = impatient;
      const endless = recordingConsumer({ database, deadlines: new Deadlines(database), clock: f.clock }, { attempts: 2, backOff: { firstMs: 1, longestMs: 1 } }, async () => {
        await database.query('SELECT pg_sleep(600)');
      });
      expect(await endless.fire(alarmOf(id, 1))).toBe('failed');
      expect(await row('long')).toMatchObject({ status: 'pending', attempts: 1, lastError: 'SQLSTATE 57014' });
      await sleep(20);
      expect(await endless.fire(alarmOf(id, 1))).toBe('dead');
      expect(await f.database.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid() AND state = 'active'`)).toEqual([]);
    } finally {
      await impatient.close();
    }
  });

  it('does not count what the database being away did', async () => {
    const id = await set(f, 'away', 'a', -10);
    const target = new URL(f.url);
    const way = await cuttable(target.hostname, Number(target.port || 5432));
    target.host = `127.0.0.1:${way.port}`;
    const through = await anotherDatabase(target.href);
    try {
      const there = { database: through.database, deadlines: new Deadlines(through.database), clock: new Clock(through.database) };
      const consumer = recordingConsumer(there, {}, async () => way.cut());
      expect(await consumer.fire(alarmOf(id, 1))).toBe('unavailable');
      expect(await consumer.fire(alarmOf(id, 1))).toBe('unavailable');
      expect(await row('away')).toMatchObject({ status: 'pending', attempts: 0 });
      way.mend();
      expect(await recordingConsumer(there).fire(alarmOf(id, 1))).toBe('fired');
    } finally {
      await through.close();
      await way.close();
    }
  });
});
