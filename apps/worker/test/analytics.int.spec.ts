// Known lives and the figures they must give; what the views tell about themselves; what the analysts' role may do.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { nothingUnsent } from '#domain';
import { cancellationList, cancellationRows, reports, totalsOf, withValues, type ReportName, type ReportRequest } from '#read-models';
import { documentedViews } from '../../../test/support/documented-views.js';
import { accepted, at, catchUp, core, type Core } from './core.js';

jest.setTimeout(240_000);

let made: Core;
beforeAll(async () => {
  made = await core();
  const projections = made.projections(50);
  await projections.ensureTables();
  for (const [accountId, steps] of Object.entries(lives)) {
    const clock = await made.open(accountId, steps[0]![0]);
    for (const [when, command] of steps) {
      await made.move(accountId, clock, when);
      await made.tell(accountId, command);
    }
    await made.move(accountId, clock, '2026-03-25T00:00:00Z');
  }
  await catchUp(projections);
}, 120_000);
afterAll(() => made.close());

type Step = [when: string, command: Parameters<Core['tell']>[1]];

const subscribe = (subscriptionId: string, planId = 'messaging-monthly') => ({ type: 'Subscribe', subscriptionId, planId, trialDays: null }) as const;
const request = (subscriptionId: string, code: string) =>
  ({ type: 'RequestCancellation', subscriptionId, reason: { code }, acceptedDisclosures: accepted, acknowledgedConsequences: true, language: 'en', textHash: 't', unsent: nothingUnsent }) as const;
const usd = (amount: number) => ({ amount, currency: 'USD' });
const attempt = (subscriptionId: string, attemptId: string, code: string) =>
  ({ type: 'AttemptCancellation', attemptId, subscriptionId, reason: { code }, acknowledgedConsequences: true, language: 'en', previewHash: undefined, currentPreviewHash: 'h' }) as const;
const confirm = (subscriptionId: string, attemptId: string) =>
  ({ type: 'ConfirmCancellation', subscriptionId, attemptId, comment: null, acceptedDisclosures: accepted, acknowledgedConsequences: true, textHash: 't', unsent: nothingUnsent }) as const;

const lives: Readonly<Record<string, Step[]>> = {
  'abandons-leaves-returns': [
    ['2026-01-10T00:00:00Z', subscribe('a1')],
    ['2026-01-15T00:00:00Z', attempt('a1', 'try-a', 'other')],
    ['2026-02-12T00:00:00Z', request('a1', 'unused')],
    ['2026-03-20T12:00:00Z', subscribe('a2')],
  ],
  'takes-it-back': [
    ['2026-01-20T00:00:00Z', subscribe('b1')],
    ['2026-01-20T00:00:00Z', { type: 'RequestTopUp', chargeId: 'b-declined', amount: usd(700) }],
    ['2026-01-21T00:00:00Z', { type: 'RequestTopUp', chargeId: 'b-waits', amount: usd(900) }],
    ['2026-01-22T00:00:00Z', { type: 'RequestTopUp', chargeId: 'b-comes', amount: usd(500) }],
    ['2026-01-23T00:00:00Z', { type: 'MarkChargeFailed', chargeId: 'b-declined', reason: 'card_declined' }],
    ['2026-01-24T00:00:00Z', { type: 'MarkChargeFailed', chargeId: 'b1.1', reason: null }],
    ['2026-02-01T00:00:00Z', request('b1', 'too_expensive')],
    ['2026-02-05T00:00:00Z', { type: 'ResumeSubscription', subscriptionId: 'b1' }],
    ['2026-02-06T00:00:00Z', { type: 'MarkChargeCollected', chargeId: 'b-comes' }],
    ['2026-02-06T00:00:00Z', { type: 'MarkChargeCollected', chargeId: 'b1.1' }],
    ['2026-02-06T00:00:00Z', { type: 'TopUpWallet', topUpId: 'b-by-bank', amount: usd(100) }],
  ],
  'leaves-in-two-steps': [
    ['2026-02-03T00:00:00Z', subscribe('c1', 'calling-monthly')],
    ['2026-02-10T09:00:00Z', attempt('c1', 'try-c', 'other')],
    ['2026-02-10T09:30:00Z', confirm('c1', 'try-c')],
  ],
  'is-leaving': [
    ['2026-03-01T00:00:00Z', subscribe('d1')],
    ['2026-03-15T00:00:00Z', request('d1', 'unused')],
  ],
};

const told = (name: ReportName, ask: ReportRequest = {}) => reports[name].rows(made.database, ask);
const quarter = { from: at('2026-01-01'), to: at('2026-04-01') };

describe('figures', () => {
  it('churn: what was open, what ended of it, and the identity between one step and the next', async () => {
    const moved = { movedIn: 0, movedOut: 0 };
    expect(await told('churn', quarter)).toEqual([
      { start: at('2026-01-01'), openAtStart: 0, started: 2, ended: 0, endedOfOpen: 0, openAtEnd: 2, churnRate: null, complete: true, ...moved },
      { start: at('2026-02-01'), openAtStart: 2, started: 1, ended: 0, endedOfOpen: 0, openAtEnd: 3, churnRate: 0, complete: true, ...moved },
      { start: at('2026-03-01'), openAtStart: 3, started: 2, ended: 2, endedOfOpen: 2, openAtEnd: 3, churnRate: 0.6667, complete: false, ...moved },
    ]);
    expect(await told('churn', { ...quarter, to: at('2030-01-01') })).toEqual(await told('churn', quarter));
    expect(await told('churn')).toEqual((await told('churn', quarter)).map((row, index) => (index === 0 ? { ...row, start: at('2026-01-10') } : row)));
    expect(await told('churn', { from: at('2026-04-01') })).toEqual([]);
  });

  it('churn: a step cut by from and to counts only what lies between', async () => {
    expect(await told('churn', { from: at('2026-03-03'), to: at('2026-03-10') })).toEqual([
      { start: at('2026-03-03'), openAtStart: 4, started: 0, movedIn: 0, ended: 1, movedOut: 0, endedOfOpen: 1, openAtEnd: 3, churnRate: 0.25, complete: true },
    ]);
  });

  it('churn by day and kind sums up to churn by month', async () => {
    const days = await told('churn', { ...quarter, interval: 'day', groupBy: ['planKind'] });
    // Up to the 25th of March, where the clocks stand.
    expect(days).toHaveLength(84 * 2);
    expect(days.reduce((sum, { started }) => sum + Number(started), 0)).toBe(5);
    expect(days.reduce((sum, { ended }) => sum + Number(ended), 0)).toBe(2);
    expect(days.slice(-2).reduce((sum, { openAtEnd }) => sum + Number(openAtEnd), 0)).toBe(3);
  });

  it('cohorts: a term is gone at the instant it ends, and the last age is the present', async () => {
    const ages = async (ask: ReportRequest) =>
      (await told('cohorts', ask)).map(({ start, age, size, remaining, complete }) => [String(start).slice(0, 7), age, size, remaining, complete]);
    const known = [
      ['2026-01', 0, 2, 2, true], ['2026-01', 1, 2, 2, true], ['2026-01', 2, 2, 1, true], ['2026-01', 3, 2, 1, false],
      ['2026-02', 0, 1, 1, true], ['2026-02', 1, 1, 0, true], ['2026-02', 2, 1, 0, false],
      ['2026-03', 0, 2, 2, true], ['2026-03', 1, 2, 2, false],
    ];
    expect(await ages(quarter)).toEqual(known);
    expect(await ages({ to: at('2030-01-01') })).toEqual(known);
    // One of two has come to the second month by then.
    expect(await ages({ from: at('2026-01-01'), to: at('2026-02-15') })).toEqual([
      ['2026-01', 0, 2, 2, true], ['2026-01', 1, 2, 2, false], ['2026-01', 2, 1, 1, false],
      ['2026-02', 0, 1, 1, true], ['2026-02', 1, 1, 1, false],
    ]);
  });

  it('funnel', async () => {
    expect(await told('funnel')).toEqual([{
      opened: 5, attempts: 2, attempted: 2, attemptsConfirmed: 1, abandoned: 1, undecided: 0, requested: 4, resumed: 1, ended: 2, returned: 1,
      requestedShare: 0.8, resumedShare: 0.25, endedShare: 0.5, returnedShare: 0.5,
    }]);
  });

  it('cancellations by outcome, and one by one', async () => {
    expect((await told('cancellations', { groupBy: ['outcome'] })).map(({ outcome, opened }) => [outcome, opened])).toEqual([
      ['abandoned', 1], ['ended', 1], ['pending', 1], ['resumed', 1], ['returned', 1],
    ]);
    const rows = await cancellationRows(made.database, quarter, { limit: 10 });
    expect(rows.map(({ accountId, outcome, reason, daysToReturn, actorRole }) => [accountId, outcome, reason, daysToReturn, actorRole])).toEqual([
      ['abandons-leaves-returns', 'abandoned', 'other', null, 'customer'],
      ['takes-it-back', 'resumed', 'too_expensive', null, 'customer'],
      ['leaves-in-two-steps', 'ended', 'other', null, 'customer'],
      ['abandons-leaves-returns', 'returned', 'unused', 10, 'customer'],
      ['is-leaving', 'pending', 'unused', null, 'customer'],
    ]);
    const [, second] = rows;
    expect(await cancellationRows(made.database, quarter, { after: second, limit: 10 })).toEqual(rows.slice(2));
    expect(await cancellationRows(made.database, { from: second!.openedAt, to: rows[2]!.openedAt }, { limit: 10 })).toEqual([second]);
  });

  it('reasons', async () => {
    expect(await told('reasons')).toEqual([
      { reason: 'other', requested: 1, resumed: 0, ended: 1, returned: 0 },
      { reason: 'too_expensive', requested: 1, resumed: 1, ended: 0, returned: 0 },
      { reason: 'unused', requested: 2, resumed: 0, ended: 1, returned: 1 },
    ]);
    expect((await told('reasons', { from: at('2026-03-01'), interval: 'week', groupBy: ['planKind'] }))).toEqual([
      { start: at('2026-03-09'), unfinished: false, reason: 'unused', planKind: 'messaging', requested: 1, resumed: 0, ended: 0, returned: 0 },
    ]);
  });

  it('returns', async () => {
    expect(await told('returns')).toEqual([
      { ended: 2, returned: 1, returnedShare: 0.5, returnedWithin14Days: 1, returnedWithin30Days: 1, returnedWithin365Days: 1, medianDaysToReturn: 10, purged: 0 },
    ]);
  });

  it('upcoming', async () => {
    const rows = await told('upcoming', { to: at('2026-05-02') });
    expect(rows.map(({ start, kind, status, endsPlan, consequences }) => [String(start).slice(0, 10), kind, status, endsPlan, consequences])).toEqual([
      ['2026-04-01', 'period-end', 'pending', true, 1],
      ['2026-04-02', 'expire-ten-dlc', 'pending', null, 1],
      ['2026-04-15', 'release-numbers', 'planned', null, 1],
      ['2026-04-20', 'period-end', 'pending', false, 2],
      ['2026-05-01', 'expire-ten-dlc', 'planned', null, 1],
    ]);
  });

  it('money', async () => {
    const figures = (await told('money')).map(({ start, kind, movements, amount, accounts, asked, collected, failed, open }) => [String(start).slice(0, 7), kind, movements, amount, accounts, asked, collected, failed, open]);
    expect(figures).toEqual([
      ['2026-01', 'card_charge', 2, 9800, 2, 9800, 4900, 0, 4900],
      ['2026-01', 'top_up', 0, 0, 1, 2100, 500, 700, 900],
      ['2026-02', 'card_charge', 3, 15_700, 3, 15_700, 0, 0, 15_700],
      ['2026-02', 'top_up', 2, 600, 1, 0, 0, 0, 0],
      ['2026-03', 'card_charge', 3, 14_700, 3, 14_700, 0, 0, 14_700],
    ]);
  });

  it('charges, one by one', async () => {
    expect(await made.database.query(`SELECT charge_id, purpose, amount, status, subscription_id FROM analytics.charges WHERE account_id = 'takes-it-back' AND requested_at < '2026-02-01' ORDER BY requested_at, charge_id`)).toEqual([
      { charge_id: 'b-declined', purpose: 'top-up', amount: 700, status: 'failed', subscription_id: null },
      { charge_id: 'b1.1', purpose: 'plan', amount: 4900, status: 'collected', subscription_id: 'b1' },
      { charge_id: 'b-waits', purpose: 'top-up', amount: 900, status: 'requested', subscription_id: null },
      { charge_id: 'b-comes', purpose: 'top-up', amount: 500, status: 'collected', subscription_id: null },
    ]);
  });

  it('churn in more steps than anybody reads is refused', async () => {
    await expect(told('churn', { from: at('1990-01-01'), interval: 'day' })).rejects.toMatchObject({ refusal: { refused: 'invalid_request' } });
  });
});

const asAnalyst = <Row = Record<string, unknown>>(sql: string) => made.database.transaction(async () => {
  await made.database.query('SET LOCAL ROLE sunset_analyst');
  await made.database.query("SET LOCAL TIME ZONE 'Asia/Kolkata'");
  return made.database.query<Row>(sql);
});

describe('steps', () => {
  it('are those of the zone that is asked for, as long as is asked for; the running one says so', async () => {
    const zone = 'Pacific/Kiritimati';
    const starts = async (ask: ReportRequest) => (await told('reasons', { ...ask, zone, groupBy: [] })).map(({ start, unfinished, reason }) => [start, unfinished, reason]);
    expect(await starts({ interval: 'quarter' })).toEqual([
      ['2025-12-31T10:00:00.000Z', true, 'other'], ['2025-12-31T10:00:00.000Z', true, 'too_expensive'], ['2025-12-31T10:00:00.000Z', true, 'unused'],
    ]);
    expect(await starts({ interval: 'year', from: at('2026-03-01') })).toEqual([['2025-12-31T10:00:00.000Z', true, 'unused']]);
    expect(await starts({ interval: 'day', from: at('2026-02-10'), to: at('2026-02-12') })).toEqual([['2026-02-09T10:00:00.000Z', false, 'other']]);
    // It is the 25th there too, 14 hours earlier.
    expect((await told('churn', { interval: 'day', zone, from: at('2026-03-23') })).map(({ start, unfinished }) => [start, unfinished])).toEqual([
      [at('2026-03-23'), false], ['2026-03-23T10:00:00.000Z', false], ['2026-03-24T10:00:00.000Z', true],
    ]);
  });

  it.each(['quarter', 'year'] as const)('of a %s add up to those of its months', async (interval) => {
    const days = await told('churn', { from: at('2026-01-01'), interval: 'month' });
    const [long] = await told('churn', { from: at('2026-01-01'), interval });
    for (const name of ['started', 'ended', 'movedIn', 'movedOut']) expect([name, long![name]]).toEqual([name, days.reduce((sum, row) => sum + Number(row[name]), 0)]);
    expect([long!['openAtEnd'], long!['unfinished']]).toEqual([days.at(-1)!['openAtEnd'], true]);
  });
});

describe('the statement of a report', () => {
  it('of the list gives all of it', async () => {
    expect(await asAnalyst(withValues(cancellationList(quarter)))).toEqual(await cancellationRows(made.database, quarter, {}));
  });

  it('holds what was asked for as a value', async () => {
    const { text, values } = await reports.reasons.statement(made.database, { from: at('2026-01-01'), zone: "a'; DROP VIEW analytics.money; --", interval: 'day' });
    await expect(asAnalyst(withValues({ text, values }))).rejects.toThrow('time zone');
    expect(await asAnalyst(withValues({ text: 'SELECT $1 AS a, $2 AS b, $3 AS c, $10 AS d', values: ["'$2", 3, ["x'y", 'z'], '', '', '', '', '', '', 'ten'] }))).toEqual([{ a: "'$2", b: 3, c: ["x'y", 'z'], d: 'ten' }]);
  });
});

it('totals add up what adds up', async () => {
  const rows = await told('reasons');
  expect(totalsOf(reports.reasons.columns({}), rows)).toEqual({ requested: 4, resumed: 1, ended: 2, returned: 1 });
  const sums = async (name: ReportName) => totalsOf(reports[name].columns({}), await told(name));
  expect(await sums('cancellations')).toMatchObject({ requested: 4, resumed: 1, ended: 2, returned: 1 });
  expect(await sums('funnel')).toMatchObject({ requested: 4, resumed: 1, ended: 2, returned: 1 });
  expect(await sums('returns')).toMatchObject({ ended: 2, returned: 1 });
  expect(await sums('money')).toEqual({ movements: 10 });
});

describe('the views', () => {
  it('have rows that their keys tell apart', async () => {
    const keyed = (await documentedViews(made.database)).filter(({ key }) => key.length > 0);
    expect(keyed.map(({ name }) => name)).toEqual(expect.arrayContaining(['cancellations', 'customers', 'ledger', 'memberships', 'subscriptions']));
    for (const { name, key } of keyed) {
      const [counted] = await made.database.query<{ rows: number; keys: number }>(
        `SELECT count(*) AS rows, count(DISTINCT (${key.join(', ')})) FILTER (WHERE num_nulls(${key.join(', ')}) = 0) AS keys FROM analytics.${name}`,
      );
      expect([name, counted!.keys]).toEqual([name, counted!.rows]);
      if (name !== 'releases') expect([name, counted!.rows]).not.toEqual([name, 0]);
    }
  });

  it('are what the analysts\' role can read, and all it can', async () => {
    const views = await made.database.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'analytics'::regnamespace AND relkind = 'v' ORDER BY 1`);
    expect(views.map(({ name }) => name)).toEqual([
      'cancellation_wishes', 'cancellations', 'charges', 'customers', 'departures', 'ledger', 'memberships', 'money', 'presents', 'reasons', 'releases', 'subscription_plans', 'subscription_prices', 'subscriptions', 'upcoming',
      'upcoming_by_day', 'wish_steps',
    ]);
    for (const { name } of views) expect([name, (await asAnalyst(`SELECT * FROM analytics.${name}`)).length > 0]).toEqual([name, name !== 'releases']);
    await expect(asAnalyst('SELECT * FROM sunset.events')).rejects.toThrow('permission denied');
    await expect(asAnalyst('SELECT * FROM sunset.memberships')).rejects.toThrow('permission denied');
    await expect(asAnalyst('DELETE FROM analytics.cancellations')).rejects.toThrow('permission denied');
  });

  it('stay readable for the role after a rebuild', async () => {
    await made.projections(50).rebuild('memberships');
    const rows = await made.database.transaction(async () => {
      await made.database.query('SET LOCAL ROLE sunset_analyst');
      return made.database.query('SELECT * FROM analytics.upcoming');
    });
    expect(rows.length).toBeGreaterThan(0);
  });
});
