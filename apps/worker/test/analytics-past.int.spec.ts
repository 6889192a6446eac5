// What has been told of the past does not change, what is to come is not told, and whoever lives by a test clock can be left out.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { localDateTime, nothingUnsent, plusMonths } from '#domain';
import type { Instant } from '#kernel';
import { cancellationRows, reports, type ReportName, type ReportRequest } from '#read-models';
import { accepted, at, byCustomer, catchUp, core, type Core } from './core.js';

jest.setTimeout(240_000);

let made: Core;
beforeAll(async () => {
  made = await core();
  await made.projections(50).ensureTables();
}, 120_000);
afterAll(() => made.close());

const subscribe = (subscriptionId: string, planId = 'messaging-monthly', trialDays: number | null = null) => ({ type: 'Subscribe', subscriptionId, planId, trialDays }) as const;
const request = (subscriptionId: string, code = 'unused') =>
  ({ type: 'RequestCancellation', subscriptionId, reason: { code }, acceptedDisclosures: accepted, acknowledgedConsequences: true, language: 'en', textHash: 't', unsent: nothingUnsent }) as const;
const attempt = (subscriptionId: string, attemptId: string, code = 'unused') =>
  ({ type: 'AttemptCancellation', attemptId, subscriptionId, reason: { code }, acknowledgedConsequences: true, language: 'en', previewHash: undefined, currentPreviewHash: 'h' }) as const;
const confirm = (subscriptionId: string, attemptId: string) =>
  ({ type: 'ConfirmCancellation', subscriptionId, attemptId, comment: null, acceptedDisclosures: accepted, acknowledgedConsequences: true, textHash: 't', unsent: nothingUnsent }) as const;

const told = async (name: ReportName, ask: ReportRequest = {}) => {
  await catchUp(made.projections(50));
  return reports[name].rows(made.database, ask);
};

/** An account of its own, on a clock of its own. */
async function life(now: string, timeZone = 'UTC') {
  const accountId = randomUUID();
  const clock = await made.open(accountId, now, timeZone);
  return {
    accountId,
    move: (to: string) => made.move(accountId, clock, to),
    tell: async (...commands: Parameters<Core['tell']>[1][]) => {
      for (const command of commands) await made.tell(accountId, command);
    },
  };
}

describe('churn', () => {
  it('by plan tells of a month what was so then, whatever the plan has become', async () => {
    const one = await life('2100-01-10T00:00:00Z');
    await one.tell(subscribe('changes'));
    await one.move('2100-06-01T00:00:00Z');
    const spring: ReportRequest = { from: at('2100-03-01'), to: at('2100-05-01'), groupBy: ['planId', 'planInterval'] };
    const before = await told('churn', spring);
    await one.tell({ type: 'ChangePlan', subscriptionId: 'changes', planId: 'messaging-annual' });
    await one.move('2100-08-01T00:00:00Z');
    expect(before.map(({ planId, openAtStart, complete }) => [planId, openAtStart, complete])).toEqual([['messaging-monthly', 1, true], ['messaging-monthly', 1, true]]);
    expect(await told('churn', spring)).toEqual(before);

    await one.tell(request('changes'));
    await one.move('2101-07-01T00:00:00Z');
    const figures = (await told('churn', { from: at('2100-05-01'), groupBy: ['planId'] })).filter((row) => row['openAtStart'] !== 0 || row['movedIn'] !== 0);
    expect(figures.map((row) => [String(row['start']).slice(0, 7), row['planId'], row['openAtStart'], row['movedIn'], row['ended'], row['movedOut'], row['openAtEnd']])).toEqual([
      ['2100-05', 'messaging-monthly', 1, 0, 0, 0, 1],
      ['2100-06', 'messaging-annual', 0, 1, 0, 0, 1],
      ['2100-06', 'messaging-monthly', 1, 0, 0, 1, 0],
      ...['2100-07', '2100-08', '2100-09', '2100-10', '2100-11', '2100-12', '2101-01', '2101-02', '2101-03', '2101-04', '2101-05'].map((month) => [month, 'messaging-annual', 1, 0, 0, 0, 1]),
      ['2101-06', 'messaging-annual', 1, 0, 1, 0, 0],
    ]);
    const [cohort] = await told('cohorts', { from: at('2100-01-01'), groupBy: ['planId'] });
    expect([cohort!['planId'], cohort!['size']]).toEqual(['messaging-monthly', 1]);
  });

  it('counts each account up to its own present', async () => {
    const [near, far] = [await life('2130-01-10T00:00:00Z'), await life('2130-01-20T00:00:00Z')];
    await near.tell(subscribe('near'));
    await far.tell(subscribe('far'));
    await near.move('2130-02-15T00:00:00Z');
    await far.move('2130-05-10T00:00:00Z');
    const from = at('2130-01-01');
    const steps = await told('churn', { from, to: at('2300-01-01') });
    expect(steps.map(({ start, openAtStart, started, openAtEnd, complete }) => [String(start).slice(0, 7), openAtStart, started, openAtEnd, complete])).toEqual([
      ['2130-01', 0, 2, 2, true],
      ['2130-02', 2, 0, 2, false],
      ['2130-03', 1, 0, 1, true],
      ['2130-04', 1, 0, 1, true],
      ['2130-05', 1, 0, 1, false],
    ]);
    const ages = await told('cohorts', { from, to: at('2300-01-01') });
    expect(ages.map(({ age, size, remaining, complete }) => [age, size, remaining, complete])).toEqual([
      [0, 2, 2, true], [1, 2, 2, true], [2, 2, 2, false], [3, 1, 1, true], [4, 1, 1, false],
    ]);
  });
});

it('cohorts go by the wall clock that the periods follow: who has ended with the period is gone at that age', async () => {
  const zone = 'America/Los_Angeles';
  // Before and after clocks change, within the hour that is skipped, and on evenings that are the next day in UTC.
  const starts = ['2020-02-15T08:30:00Z', '2020-02-08T10:30:00Z', '2020-01-31T05:00:00Z', '2020-02-29T04:00:00Z', '2020-10-15T07:00:00Z', '2020-10-01T08:30:00Z', '2020-08-31T03:00:00Z', '2020-03-31T06:30:00Z'];
  for (const [index, start] of starts.entries()) {
    const one = await life(start, zone);
    await one.tell(subscribe(`zone-${index}`), request(`zone-${index}`));
    await one.move('2020-12-20T00:00:00Z');
  }
  const trying = await life('2020-10-20T07:00:00Z', zone);
  await trying.tell(subscribe('zone-trial', 'calling-monthly', 14), request('zone-trial'));
  await trying.move('2020-12-20T00:00:00Z');
  const of = { from: at('2020-01-01'), to: at('2021-01-01') };
  const gone = (await told('cohorts', of)).filter(({ age }) => Number(age) >= 1);
  expect(gone.reduce((sum, { size }) => sum + Number(size), 0)).toBeGreaterThan(starts.length);
  expect(gone.filter(({ remaining }) => remaining !== 0)).toEqual([]);
  const byDay = (await told('cohorts', { ...of, from: at('2020-10-20'), to: at('2020-12-01'), interval: 'day', groupBy: ['planKind'] })).filter(({ planKind }) => planKind === 'calling');
  expect(byDay.filter(({ remaining }) => remaining === 1).map(({ age }) => age)).toEqual(Array.from({ length: 14 }, (_, age) => age));

  const [row] = await made.database.query<{ ended: Instant }>("SELECT ended_at AS ended FROM analytics.subscriptions WHERE subscription_id = 'zone-1'");
  expect(row!.ended).toBe(plusMonths(localDateTime(at('2020-02-08T10:30:00Z'), zone), zone, 1));
});

it('a zone that the database does not know is no fault of the report', async () => {
  const [row] = await made.database.query("SELECT analytics.known_zone('Europe/Berlin') AS known, analytics.known_zone('Mars/Olympus') AS unknown");
  expect(row).toEqual({ known: 'Europe/Berlin', unknown: 'UTC' });
});

it('the funnel counts what was wished, however often somebody tried', async () => {
  const one = await life('2110-01-10T00:00:00Z');
  await one.tell(subscribe('wishes'), attempt('wishes', 'w1', 'other'));
  await one.move('2110-01-11T00:00:00Z');
  await one.tell(attempt('wishes', 'w2', 'unused'), attempt('wishes', 'w3', 'unused'), confirm('wishes', 'w3'), { type: 'ResumeSubscription', subscriptionId: 'wishes' });
  await one.tell(attempt('wishes', 'w4', 'unused'));
  await one.move('2110-02-12T00:00:00Z');
  await one.tell(attempt('wishes', 'w5', 'too_expensive'), request('wishes', 'too_expensive'));
  const of = { from: at('2110-01-01'), to: at('2111-01-01') };
  const figures = { attempted: 1, attemptsConfirmed: 0, abandoned: 0, undecided: 0, requested: 0, resumed: 0, ended: 0, returned: 0, requestedShare: 0, resumedShare: null, endedShare: null, returnedShare: null };
  expect(await told('funnel', { ...of, groupBy: ['reason'] })).toEqual([
    { ...figures, reason: 'other', opened: 1, attempts: 3, attemptsConfirmed: 1, requested: 1, resumed: 1, requestedShare: 1, resumedShare: 1, endedShare: 0 },
    { ...figures, reason: 'too_expensive', opened: 1, attempts: 1, attemptsConfirmed: 1, requested: 1, requestedShare: 1, resumedShare: 0, endedShare: 0 },
    { ...figures, reason: 'unused', opened: 1, attempts: 1, abandoned: 1 },
  ]);
  expect((await told('cancellations', of)).map(({ opened, abandoned }) => [opened, abandoned])).toEqual([[6, 3]]);
});

describe('test clocks', () => {
  beforeAll(async () => {
    await made.memberships.handle('by-real-time', {
      type: 'OpenAccount', name: 'Zqname', email: 'zq@example.invalid', timeZone: 'UTC', currency: 'USD', testClockId: null,
      numberBillingAnchorDay: null, numberFee: { amount: 200, currency: 'USD' }, cancellationMode: 'two-step',
    }, byCustomer);
    await made.tell('by-real-time', subscribe('real'));
    await made.tell('by-real-time', attempt('real', 'real-attempt'));
    await made.tell('by-real-time', request('real'));
  });

  it.each(Object.keys(reports) as ReportName[])('%s tells them apart, and leaves them out', async (name) => {
    const ask = { from: at('2026-01-01'), interval: 'month' } as const;
    const all = await told(name, { ...ask, groupBy: ['onTestClock'] });
    const [clocked, real] = [all.filter((row) => row['onTestClock'] === true), all.filter((row) => row['onTestClock'] === false)];
    const withoutGroup = (rows: typeof all) => rows.map(({ onTestClock: _, ...row }) => row);
    expect(clocked.length > 0 || ['comebacks', 'fees', 'releases'].includes(name)).toBe(true);
    expect(real.length > 0 || ['returns', 'resumes', 'comebacks', 'held', 'fees', 'releases'].includes(name)).toBe(true);
    const alone = await told(name, { ...ask, groupBy: [], onTestClock: false });
    expect(alone).toEqual(withoutGroup(real));
    expect(await told(name, { ...ask, groupBy: [], onTestClock: true })).toEqual(withoutGroup(clocked));
  });

  it('cancellations one by one leave them out', async () => {
    const rows = await cancellationRows(made.database, { onTestClock: false }, { limit: 10 });
    expect(rows.map(({ accountId }) => accountId)).toEqual(['by-real-time', 'by-real-time']);
    expect((await cancellationRows(made.database, { onTestClock: true }, { limit: 100 })).map(({ testClockId }) => testClockId)).not.toContain(null);
  });

  it('the views by day have a column for them', async () => {
    for (const view of ['reasons', 'upcoming_by_day']) {
      expect((await made.database.query(`SELECT DISTINCT on_test_clock FROM analytics.${view} ORDER BY 1`))).toEqual([{ on_test_clock: false }, { on_test_clock: true }]);
    }
  });
});

describe('a purge', () => {
  it('takes what is in the wallet by a movement, and a life begins with a start', async () => {
    const one = await life('2120-01-10T00:00:00Z');
    const row = async () => {
      await catchUp(made.projections(50));
      const [found] = await made.database.query(
        `SELECT m.life, m.lifecycle, m.wallet_balance, (SELECT sum(amount)::bigint FROM analytics.ledger l WHERE l.account_id = m.account_id AND moves_wallet) AS moved
         FROM analytics.memberships m WHERE m.account_id = $1`,
        [one.accountId],
      );
      return found;
    };
    await one.tell(subscribe('purged'), { type: 'TopUpWallet', topUpId: 't1', amount: { amount: 1234, currency: 'USD' } }, request('purged'));
    expect(await row()).toEqual({ life: 1, lifecycle: 1, wallet_balance: 1234, moved: 1234 });
    await one.move('2121-03-01T00:00:00Z');
    expect(await row()).toEqual({ life: 1, lifecycle: 1, wallet_balance: 0, moved: 0 });
    const lines = await made.database.query('SELECT kind, source, amount, currency, moves_wallet, effective_at FROM analytics.ledger WHERE account_id = $1 AND source = $2 ORDER BY effective_at', [one.accountId, 'wallet']);
    expect(lines).toEqual([
      { kind: 'top_up', source: 'wallet', amount: 1234, currency: 'USD', moves_wallet: true, effective_at: at('2120-01-10') },
      { kind: 'forfeited_balance', source: 'wallet', amount: -1234, currency: 'USD', moves_wallet: true, effective_at: at('2121-03-01') },
    ]);
    expect((await told('money', { from: at('2121-03-01'), to: at('2121-03-02') })).map(({ kind, amount }) => [kind, amount])).toContainEqual(['forfeited_balance', -1234]);

    await one.tell({ type: 'ChangeAccount', name: 'Zqagain' });
    await one.tell({ type: 'StartErasure', basis: 'gdpr-art-17' });
    await one.move('2121-03-02T00:00:00Z');
    expect(await row()).toEqual({ life: 1, lifecycle: 1, wallet_balance: 0, moved: 0 });
    await one.tell(subscribe('again'), { type: 'TopUpWallet', topUpId: 't2', amount: { amount: 5, currency: 'USD' } });
    expect(await row()).toEqual({ life: 2, lifecycle: 2, wallet_balance: 5, moved: 5 });
  });

  it('and every wallet is the sum of what moved it', async () => {
    await catchUp(made.projections(50));
    const wrong = await made.database.query(
      `SELECT m.account_id FROM analytics.memberships m LEFT JOIN analytics.ledger l ON l.account_id = m.account_id AND l.moves_wallet
       GROUP BY m.account_id, m.wallet_balance HAVING coalesce(sum(l.amount), 0) <> m.wallet_balance`,
    );
    expect(wrong).toEqual([]);
  });
});

it('a rebuild gives the same rows', async () => {
  const projections = made.projections(50);
  for (const name of projections.names) expect([name, await projections.verify(name)]).toEqual([name, { rows: expect.any(Number), missing: { count: 0, rows: [] }, unexpected: { count: 0, rows: [] } }]);
});
