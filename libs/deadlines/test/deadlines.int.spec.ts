// The table: what an account's word does to its rows, and what operators see of them.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { epochMs, instant, plusMs } from '#kernel';
import { DeadlineFigures } from '../src/index.js';
import { deadline, fixture, set, type Fixture } from './support.js';

jest.setTimeout(120_000);

const now = instant('2026-05-01T00:00:00Z');
const later = instant('2026-05-15T00:00:00Z');
const latest = instant('2026-05-30T00:00:00Z');
const nothing = { put: [], fired: [], void: [] };

let f: Fixture;
beforeAll(async () => {
  f = await fixture();
});
afterAll(() => f.close());

const statusOf = async (accountId: string) => (await f.deadlines.forAccount(accountId)).map(({ kind, status, dueAt }) => [kind, status, dueAt]);

describe('sync', () => {
  it('puts, moves, holds, releases, fires and voids', async () => {
    const sync = (changes: Partial<Parameters<typeof f.deadlines.sync>[2]>) => f.deadlines.sync('life', null, { ...nothing, ...changes }, now);
    await sync({ put: [deadline('a', later), deadline('b', latest)] });
    expect(await statusOf('life')).toEqual([['a', 'pending', later], ['b', 'pending', latest]]);
    await sync({ put: [deadline('a', plusMs(later, 5)), deadline('b', latest, { held: true })] });
    expect(await statusOf('life')).toEqual([['a', 'pending', plusMs(later, 5)], ['b', 'blocked', latest]]);
    await sync({ put: [deadline('b', latest)], void: [deadline('a', later)] });
    expect(await statusOf('life')).toEqual([['a', 'void', plusMs(later, 5)], ['b', 'pending', latest]]);
    await sync({ put: [deadline('a', later)], fired: [deadline('b', latest)] });
    expect(await statusOf('life')).toEqual([['a', 'pending', later], ['b', 'fired', latest]]);
  });

  it('never brings back what has fired, nor changes its date, nor voids it', async () => {
    await f.deadlines.sync('once', null, { ...nothing, put: [deadline('a', later)] }, now);
    await f.deadlines.sync('once', null, { ...nothing, fired: [deadline('a', later)] }, plusMs(later, 250));
    await f.deadlines.sync('once', null, { put: [deadline('a', latest)], fired: [], void: [] }, latest);
    await f.deadlines.sync('once', null, { put: [], fired: [deadline('a', later)], void: [deadline('a', later)] }, latest);
    expect(await f.deadlines.forAccount('once')).toMatchObject([{ status: 'fired', dueAt: later, firedAt: plusMs(later, 250), latenessMs: 250 }]);
  });

  it('records what is put and fired in one go, and keeps subjects and generations apart', async () => {
    const put = [deadline('a', later), deadline('a', later, { subject: 's1' }), deadline('a', latest, { subject: 's1', generation: 2 })];
    await f.deadlines.sync('many', null, { put, fired: [put[1]!], void: [] }, latest);
    expect(await f.deadlines.forAccount('many')).toMatchObject([
      { generation: 1, status: expect.any(String) },
      { generation: 1, status: expect.any(String) },
      { subscriptionId: 's1', generation: 2, status: 'pending' },
    ]);
    const rows = await f.deadlines.forAccount('many');
    expect(rows.find((row) => row.subscriptionId === 's1' && row.generation === 1)?.status).toBe('fired');
    expect(rows.find((row) => row.subscriptionId === undefined)?.status).toBe('pending');
  });

  it('leaves no trace when the surrounding transaction fails', async () => {
    const failing = f.database.transaction(async () => {
      await f.deadlines.sync('gone', null, { ...nothing, put: [deadline('a', later)] }, now);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await f.deadlines.forAccount('gone')).toEqual([]);
  });

  it('lets many change one account at once without a deadlock', async () => {
    const kinds = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const changes = Array.from({ length: 12 }, (_, round) => {
      const order = round % 2 ? kinds : [...kinds].reverse();
      return f.database.transaction(
        async () => {
          for (const kind of order) await f.deadlines.sync('crowd', null, { ...nothing, put: [deadline(kind, plusMs(later, round))] }, now);
        },
        { attempts: 1 },
      );
    });
    await Promise.all(changes);
    const dates = new Set((await f.deadlines.forAccount('crowd')).map(({ dueAt }) => dueAt));
    expect(dates.size).toBe(1);
  });
});

describe('list', () => {
  it('filters and pages by due date, skipping none and repeating none', async () => {
    const put = Array.from({ length: 7 }, (_, index) => deadline('page', plusMs(later, Math.floor(index / 3)), { generation: index + 1 }));
    await f.deadlines.sync('pages', null, { put, fired: [], void: [put[6]!] }, now);
    const seen: number[] = [];
    let after: Awaited<ReturnType<typeof f.deadlines.list>>['next'] = null;
    do {
      const page = await f.deadlines.list({ kind: 'page', status: 'pending', accountId: 'pages' }, { limit: 2, ...(after ? { after } : {}) });
      seen.push(...page.data.map(({ generation }) => generation));
      after = page.next;
    } while (after);
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await f.deadlines.list({ kind: 'page', dueBefore: plusMs(later, 1) }, { limit: 10 })).data).toHaveLength(3);
    expect((await f.deadlines.list({ kind: 'page', status: 'void' }, { limit: 10 })).data).toMatchObject([{ generation: 7 }]);
  });
});

describe('retry', () => {
  it('takes blocked and dead ones only, and knows what is not there', async () => {
    await f.deadlines.sync('held', null, { ...nothing, put: [deadline('a', later, { held: true })] }, now);
    const [row] = await f.deadlines.forAccount('held');
    expect(await f.deadlines.retry(row!.deadlineId)).toMatchObject({ status: 'pending' });
    expect(await f.deadlines.retry(row!.deadlineId)).toMatchObject({ refused: 'deadline_not_retryable' });
    expect(await f.deadlines.retry('00000000-0000-4000-8000-000000000000')).toBeNull();
  });
});

describe('overdue', () => {
  it('counts what is due on real time and has not fired, by kind, with the age of the oldest', async () => {
    await set(f, 'late-1', 'late', -60_000);
    await set(f, 'late-2', 'late', -1_000);
    await set(f, 'not-late', 'on-time', 60_000);
    const overdue = await new DeadlineFigures(f.database).overdue();
    expect(overdue.find(({ kind }) => kind === 'on-time')).toBeUndefined();
    const late = overdue.find(({ kind }) => kind === 'late');
    const [oldest] = await f.deadlines.forAccount('late-1');
    expect(late?.count).toBe(2);
    expect(late?.oldestMs).toBeGreaterThanOrEqual(60_000);
    expect(late?.oldestMs).toBeLessThan(epochMs(await f.clock.now(null)) + 1 - epochMs(oldest!.dueAt));
  });
});
