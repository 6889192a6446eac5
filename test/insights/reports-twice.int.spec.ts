// Every report on churn is counted a second time over random lives, by looking through the events of each account.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { MembershipEvent } from '#domain';
import { EventStore } from '#event-store';
import { instant, type Instant } from '#kernel';
import { Projections } from '#projections';
import { projections, reportNames, reports, totalsOf, withValues, type ReportName, type ReportRequest, type ReportRow } from '#read-models';
import { at, byCustomer, catchUp, core, type Core } from '../../apps/worker/test/core.js';
import { liveAccount } from '../money/random-account.js';
import { cancellationsOf, customersOf, feesOf, heldBy, revenueOf, stepsOf, type Cancellation, type Life, type Span } from './facts.js';

jest.setTimeout(600_000);

const seed = Number(process.env['SEED'] ?? 20_261_127);
const count = Number(process.env['LIVES'] ?? 60);
const clock = 'far';
const now = at('2060-07-15T00:00:00Z');

let made: Core;
const lives: Life[] = [];
beforeAll(async () => {
  made = await core();
  const store = made.context.get<EventStore<MembershipEvent>>(EventStore);
  const live = new Projections(made.database, store, projections, { batch: 97 });
  await live.ensureTables();
  await made.database.query("INSERT INTO sunset.test_clocks (test_clock_id, now, status) VALUES ($1, $2, 'ready')", [clock, now]);
  for (let n = 0; n < count; n += 1) {
    const account = `life-${seed + n}`;
    const events = liveAccount(seed + n).events.map((event) => (event.type === 'AccountOpened' ? { ...event, data: { ...event.data, testClockId: clock } } : event));
    await store.append(account, 0, events, byCustomer);
    lives.push({ account, events });
  }
  await catchUp(live);
}, 600_000);
afterAll(() => made.close());

const told = (name: ReportName, ask: ReportRequest = {}): Promise<ReportRow[]> => reports[name].rows(made.database, ask);
const total = async (name: ReportName, ask: ReportRequest = {}) => totalsOf(reports[name].columns(ask), await told(name, ask));

const monthOf = (when: Instant): Instant => instant(`${when.slice(0, 7)}-01T00:00:00Z`);
const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))).sort();

function counted<Fact, Figures extends object>(facts: readonly Fact[], key: (fact: Fact) => object, figures: (own: readonly Fact[]) => Figures): object[] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const text = JSON.stringify(key(fact));
    groups.set(text, groups.get(text) ?? []).get(text)!.push(fact);
  }
  return [...groups].map(([text, own]) => ({ ...(JSON.parse(text) as object), ...figures(own) }));
}

const accounts = (facts: readonly { readonly account: string }[]): number => new Set(facts.map(({ account }) => account)).size;
const mrr = (facts: readonly { readonly mrr: number }[]): number => sum(facts.map((one) => one.mrr));
const between = (from: Instant, to: Instant): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** As PostgreSQL's `percentile_cont`. */
function percentile(part: number, numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const [ordered, place] = [numbers.toSorted((a, b) => a - b), part * (numbers.length - 1)];
  const [low, high] = [ordered[Math.floor(place)]!, ordered[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

const running = { interval: 'month' } as const;
const step = (when: Instant) => ({ start: monthOf(when), unfinished: monthOf(when) === monthOf(now) || monthOf(when) === monthOf(instant(Date.now())) });

describe(`${count} lives of seed ${seed}`, () => {
  const every = (): readonly Cancellation[] => lives.flatMap(cancellationsOf);

  it('departures at each point, by plan, reason and trial', async () => {
    const points = every().flatMap((one) =>
      ([['request', one.requestedAt], ['resume', one.resumedAt], ['end', one.endedAt], ['last-plan', one.lastPlan ? one.endedAt : null], ['return', one.returnedAt]] as const).flatMap(([point, when]) => (when ? [{ ...one, point, when }] : [])),
    );
    expect(new Set(points.map(({ point }) => point)).size).toBe(5);
    const second = counted(points, ({ point, when, planId, reason, trial, currency }) => ({ ...step(when), point, currency, planId, reason, trial }), (own) => ({ subscriptions: own.length, customers: accounts(own), mrr: mrr(own) }));
    expect(sorted(await told('departures', { ...running, groupBy: ['planId', 'reason', 'trial'] }))).toEqual(sorted(second));
  });

  it('departures by tenure, cohort and zone', async () => {
    const buckets = [0, 30, 90, 180, 365, 730];
    const second = counted(every(), ({ startedAt, requestedAt, zone, currency }) => ({ point: 'request', currency, tenure: buckets.findLast((days) => between(startedAt, requestedAt) >= days * 86_400), cohort: monthOf(startedAt), zone }), (own) => ({ subscriptions: own.length, customers: accounts(own), mrr: mrr(own) }));
    expect(sorted((await told('departures', { groupBy: ['tenure', 'cohort', 'zone'] })).filter(({ point }) => point === 'request'))).toEqual(sorted(second));
  });

  it('revenue lost, kept and come back', async () => {
    const second = counted(every(), ({ requestedAt, planKind, currency }) => ({ ...step(requestedAt), currency, planKind }), (own) => {
      const [kept, cameBack] = [own.filter(({ resumedAt }) => resumedAt), own.filter(({ returnedAt }) => returnedAt)];
      const ended = own.filter(({ endedAt, returnedAt }) => endedAt && !returnedAt);
      const pending = own.filter(({ endedAt, resumedAt }) => !endedAt && !resumedAt);
      return { requested: own.length, asked: mrr(own), pending: mrr(pending), kept: mrr(kept), lost: mrr(ended), cameBack: mrr(cameBack) };
    });
    expect(sorted(await told('revenue', { ...running, groupBy: ['planKind'] }))).toEqual(sorted(second));
  });

  it('resumes', async () => {
    const second = counted(every().filter(({ resumedAt }) => resumedAt), ({ resumedAt, currency }) => ({ ...step(resumedAt!), currency }), (own) => ({
      resumed: own.length, customers: accounts(own), mrr: mrr(own), medianSeconds: percentile(0.5, own.map((one) => between(one.requestedAt, one.resumedAt!))), p90Seconds: percentile(0.9, own.map((one) => between(one.requestedAt, one.resumedAt!))),
      medianSecondsLeft: percentile(0.5, own.map((one) => between(one.resumedAt!, one.effectiveAt))),
    }));
    expect(nearly(await told('resumes', running))).toEqual(nearly(second));
  });

  it('returns, and what had been lost by then', async () => {
    const second = counted(every().filter(({ returnedAt }) => returnedAt), ({ lost, currency }) => ({ lost, currency }), (own) => {
      const days = own.map((one) => Math.floor(between(one.endedAt!, one.returnedAt!) / 86_400)).toSorted((a, b) => a - b);
      const within = (most: number): number => own.filter((one) => between(one.endedAt!, one.returnedAt!) <= most * 86_400).length;
      return {
        returned: own.length, customers: accounts(own), mrr: mrr(own), returnedWithin14Days: within(14), returnedWithin30Days: within(30), returnedWithin365Days: within(365), medianDaysToReturn: days[Math.ceil(days.length / 2) - 1],
      };
    });
    expect(sorted(await told('comebacks'))).toEqual(sorted(second));
  });

  it('what was held at the end', async () => {
    const second = counted(every().filter(({ endedAt }) => endedAt), ({ endedAt, lastPlan, currency }) => ({ ...step(endedAt!), lastPlan, currency }), (own) => {
      const held = own.map((one) => heldBy(one.held!));
      return { ended: own.length, customers: accounts(own), numbers: sum(held.map(({ numbers }) => numbers)), registrations: held.filter(({ registration }) => registration).length, wallet: sum(held.map(({ wallet }) => wallet)) };
    });
    expect(sorted(await told('held', running))).toEqual(sorted(second));
  });

  it('the steps of a wish, and the time between them', async () => {
    const second = counted(lives.flatMap(stepsOf), ({ step: name }) => ({ step: name }), (own) => {
      const took = own.flatMap(({ since, until }) => (until ? [between(since, until)] : []));
      return { entered: own.length, reached: took.length, reachedShare: Math.round((took.length / own.length) * 10_000) / 10_000, medianSeconds: percentile(0.5, took), p90Seconds: percentile(0.9, took) };
    });
    expect(nearly(await told('funnel-steps'))).toEqual(nearly(second));
  });

  it.each([['customers', customersOf, {}], ['recurring', revenueOf, {}], ['recurring', revenueOf, { groupBy: ['planId'] }]] as const)('%s step by step', async (name, spansOf, ask) => {
    const spans = lives.flatMap((life): readonly Span[] => spansOf(life));
    const rows = await told(name, { ...ask, interval: 'quarter' });
    // Each step has a row for every plan that there ever was, so that none is missing where something happened.
    const steps = new Set(rows.map(({ start }) => start)).size;
    expect(steps).toBeGreaterThan(20);
    expect(rows).toHaveLength(steps * ('groupBy' in ask ? new Set(spans.map(({ planId }) => planId)).size : 1));
    for (const which of ['started', 'ended'] as const) expect(sum(rows.map((row) => Number(row[which])))).toBeGreaterThan(0);
    for (const [index, row] of rows.entries()) {
      const own = 'groupBy' in ask ? spans.filter(({ planId }) => planId === row['planId']) : spans;
      const [start, end] = [String(row['start']), rows.slice(index).map((later) => String(later['start'])).find((later) => later > String(row['start'])) ?? '9'];
      const within = (when: Instant | null): boolean => when !== null && when >= start && when < end;
      const open = (one: Span): boolean => one.since < start && (one.until === null || one.until >= start);
      const weigh = (which: (one: Span) => boolean): number => sum(own.filter(which).map(({ weight }) => weight));
      const openAtStart = weigh(open);
      expect({ ...row, movedIn: Number(row['movedIn']) - Number(row['movedOut']) }).toMatchObject({
        openAtStart, started: weigh((one) => within(one.since) && one.since === one.startedAt), ended: weigh((one) => within(one.until) && one.until === one.endedAt), endedOfOpen: weigh((one) => open(one) && within(one.endedAt)),
        movedIn: weigh((one) => within(one.since) && one.since !== one.startedAt) - weigh((one) => within(one.until) && one.until !== one.endedAt),
        openAtEnd: weigh((one) => one.since < end && (one.until === null || one.until >= end)),
      });
    }
  });

  it('fees and credits', async () => {
    const figures = ['feesPaid', 'feesUnpaid', 'credited', 'forfeited'] as const;
    const moved = lives.flatMap(feesOf);
    expect(new Set(moved.map(({ figure }) => figure))).toEqual(new Set(figures));
    const second = counted(moved, ({ when }) => ({ ...step(when), currency: 'USD' }), (own) =>
      Object.fromEntries(figures.map((figure) => [figure, sum(own.filter((one) => one.figure === figure).map(({ amount }) => amount))])));
    const rows = (await told('fees', running)).map(({ accounts: _, ...row }) => row);
    expect(sorted(rows.filter((row) => figures.some((figure) => row[figure] !== 0)))).toEqual(sorted(second));
  });

  it('numbers and registrations released', async () => {
    const answers = lives.flatMap(({ account, events }) => {
      const last = new Map<string, { account: string; when: Instant; kind: string; outcome: string; cause: string }>();
      const removed = new Set<string>();
      for (const { type, effectiveAt: when, data } of events) {
        if (type === 'NumberRemoved') removed.add(data.numberId);
        if (type === 'NumberReleased') last.set(data.numberId, { account, when, kind: 'number', outcome: data.reason === 'ported-out' && data.outcome === 'already-gone' ? 'ported-out' : data.outcome, cause: removed.has(data.numberId) ? 'removal' : 'end' });
        if (type === 'NumberReleaseBlocked') last.set(data.numberId, { account, when, kind: 'number', outcome: 'blocked', cause: removed.has(data.numberId) ? 'removal' : 'end' });
        if (type === 'TenDlcExpired') last.set(data.registrationId, { account, when, kind: 'ten-dlc', outcome: 'expired', cause: 'end' });
      }
      return [...last.values()];
    });
    const second = counted(answers, ({ when, kind, outcome, cause }) => ({ ...step(when), kind, outcome, cause }), (own) => ({ released: own.length, accounts: accounts(own) }));
    expect(second.length).toBeGreaterThan(0);
    expect(sorted(await told('releases', running))).toEqual(sorted(second));
  });

  it('losses to come are those of what is to come', async () => {
    const losses = (await told('losses', running)).map(({ currency: _, registrations: __, mrr: ___, numbers: ____, accounts: _____, ...row }) => row);
    const upcoming = (await told('upcoming', running)).filter(({ kind, endsPlan }) => kind !== 'number-fees' && (kind !== 'period-end' || endsPlan === true));
    expect(sorted(losses)).toEqual(sorted(upcoming.map(({ start, unfinished, kind, status, consequences }) => ({ start, unfinished, kind, status, consequences }))));
  });

  const allOf = (name: ReportName): ReportRequest => ({ from: at('2012-01-01'), interval: 'year', zone: 'America/New_York', onTestClock: true, groupBy: reports[name].groups.map((group) => group.name) });

  it.each(reportNames.flatMap((name) => [[name, {}], [name, allOf(name)]] as [ReportName, ReportRequest][]))('%s: its statement gives its rows to an analyst %#', async (name, ask) => {
    const rows = await told(name, ask);
    expect(rows.length).toBeGreaterThan(0);
    expect(Object.keys(rows[0]!)).toEqual(reports[name].columns(ask).map((column) => column.name));
    const statement = withValues(await reports[name].statement(made.database, ask));
    const again = await made.database.transaction(async () => {
      await made.database.query('SET LOCAL ROLE sunset_analyst');
      await made.database.query("SET LOCAL TIME ZONE 'Asia/Kolkata'");
      return made.database.query(statement);
    });
    expect(again).toEqual(rows);
  });

  it('totals agree across reports', async () => {
    const { requested, resumed, ended, returned } = await total('cancellations');
    expect(await total('reasons')).toEqual({ requested, resumed, ended, returned });
    expect(await total('funnel')).toMatchObject({ requested, resumed, ended, returned });
    expect(await total('returns')).toMatchObject({ ended, returned });
    expect([requested, resumed, ended, returned].every((figure) => Number(figure) > 0)).toBe(true);
    const points = new Map((await told('departures')).map(({ point, subscriptions, mrr: brought }) => [point, [subscriptions, brought]]));
    const revenue = await total('revenue');
    expect(revenue).toMatchObject({ requested, asked: sum([revenue['pending']!, revenue['kept']!, revenue['lost']!, revenue['cameBack']!]) });
    expect([...points]).toEqual(expect.arrayContaining([['request', [requested, revenue['asked']]], ['resume', [resumed, revenue['kept']]], ['return', [returned, revenue['cameBack']]]]));
    expect(await total('resumes')).toEqual({ resumed, mrr: revenue['kept'] });
    expect(await total('comebacks')).toMatchObject({ returned, mrr: revenue['cameBack'] });
    expect(await total('held')).toMatchObject({ ended });
    expect(points.get('end')).toEqual([ended, (await total('recurring'))['ended']]);
    expect([ended, points.get('last-plan')![0]]).toEqual([(await total('churn'))['ended'], (await total('customers'))['ended']]);
    const steps = new Map((await told('funnel-steps')).map(({ step: name, reached }) => [name, reached]));
    expect([steps.get('request-resume'), steps.get('request-end'), steps.get('end-return'), steps.get('attempt-request')]).toEqual([resumed, ended, returned, (await total('funnel'))['attemptsConfirmed']]);
    const money = async (kind: string) => sum((await told('money')).filter((row) => row['kind'] === kind).map(({ amount }) => Number(amount)));
    const fees = await total('fees');
    expect([fees['feesPaid'], fees['feesUnpaid'], fees['credited'], fees['forfeited']].filter((amount) => Number(amount) > 0)).toEqual([0 - (await money('number_fee')), await money('number_fee_shortfall'), await money('unsent_message_credit'), 0 - (await money('forfeited_balance'))]);
    for (const [cohort, churn] of [['cohorts', 'churn'], ['customer-cohorts', 'customers']] as const) {
      expect(sum((await told(cohort)).filter(({ age }) => age === 0).map(({ size }) => Number(size)))).toBe((await total(churn))['started']);
    }
  });

  it('and every account holds what its own membership says', async () => {
    const wrong = await made.database.query(
      `SELECT m.account_id, m.numbers, c.numbers, m.ten_dlc_status, c.ten_dlc_status, m.wallet_balance, c.wallet_balance FROM sunset.memberships m JOIN sunset.cancellations c ON c.account_id = m.account_id AND c.shard = m.shard AND c.entry = 'account'
       WHERE (m.numbers, m.ten_dlc_status, m.wallet_balance) IS DISTINCT FROM (c.numbers, c.ten_dlc_status, c.wallet_balance)`,
    );
    expect(wrong).toEqual([]);
  });

  it('and what has changed is found behind the position that was read before', async () => {
    const [last] = await made.database.query<{ position: number }>('SELECT max(position) AS position FROM analytics.cancellations');
    const changed = () => made.database.query<{ account_id: string }>('SELECT DISTINCT account_id FROM analytics.cancellations WHERE position > $1', [last!.position]);
    expect(await changed()).toEqual([]);
    const again = lives.find(({ events }) => events.some(({ type }) => type === 'CancellationRequested'))!;
    await made.context.get<EventStore<MembershipEvent>>(EventStore).append('one-more', 0, again.events, byCustomer);
    await catchUp(made.projections(50));
    expect(await changed()).toEqual([{ account_id: 'one-more' }]);
  });
});

/** Seconds of parts of a millisecond are no seconds. */
const nearly = (rows: readonly object[]): string[] => sorted(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? Math.round(value * 1000) / 1000 : (value as unknown)]))));
