// Churn and cohorts are counted in one pass over the terms; here they are counted a second time, step by step and age by age, over terms of any life.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { instant, type Instant } from '#kernel';
import { projections, reports, type Interval, type ReportRequest, type ReportRow } from '#read-models';
import { EventStore } from '#event-store';
import { Projections } from '#projections';
import { at, core, type Core } from './core.js';

jest.setTimeout(240_000);

/** Clocks change at other times, by half an hour, not at all; a day was left out; one that the database does not know. */
const zones = ['America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia', 'Mars/Olympus'];
const clocks = { near: at('2012-03-31T05:30:00Z'), far: at('2014-03-09T10:00:00Z') } as const;
const count = 900;

let made: Core;
beforeAll(async () => {
  made = await core();
  await new Projections(made.database, made.context.get(EventStore), projections).ensureTables();
  for (const [id, now] of Object.entries(clocks)) await made.database.query("INSERT INTO sunset.test_clocks (test_clock_id, now, status) VALUES ($1, $2, 'ready')", [id, now]);
  // One in three changes its plan; instants are of whole hours and half ones, so that many fall on the end of a step, and on each other.
  await made.database.query(
    `INSERT INTO sunset.cancellations (account_id, entry, entry_id, test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, time_zone, started_at, since, until, ended_at, came_back, imported, position, updated_at)
     SELECT 'a' || n, 'stretch', n || '.' || part, clock, 's' || n, CASE part WHEN 1 THEN 'first' ELSE 'second' END, CASE n % 2 WHEN 0 THEN 'messaging' ELSE 'calling' END, 'month', zone, began,
       CASE part WHEN 1 THEN began ELSE moved END, CASE part WHEN 1 THEN coalesce(moved, ended) ELSE ended END, ended, n % 5 = 0, n % 7 = 0, n, began
     FROM (
       SELECT *, CASE WHEN n % 3 = 0 AND life > interval '0' AND began + life / 2 < now THEN began + life / 2 END AS moved, CASE WHEN n % 4 <> 1 AND began + life <= now THEN began + life END AS ended FROM (
         SELECT n, c.clock, c.now, ($2::text[])[1 + n % array_length($2::text[], 1)] AS zone,
           '2011-10-01T00:00:00Z'::timestamptz + (hashtext('b' || n) & 16383) % (2 * 24 * 180) * interval '30 minutes' AS began,
           CASE n % 6 WHEN 0 THEN interval '1 month' * (n % 5) WHEN 1 THEN interval '7 days' * (n % 9) ELSE interval '30 minutes' * ((hashtext('l' || n) & 65535) % (2 * 24 * 400)) END AS life
         FROM generate_series(1, ${count}) AS n CROSS JOIN LATERAL (SELECT CASE n % 2 WHEN 0 THEN 'near' ELSE 'far' END) AS p (clock)
           JOIN unnest($1::text[], $3::timestamptz[]) AS c (clock, now) USING (clock)
       ) AS t WHERE began <= now
     ) AS t CROSS JOIN generate_series(1, 2) AS part WHERE part = 1 OR moved IS NOT NULL`,
    [Object.keys(clocks), zones, Object.values(clocks)],
  );
}, 120_000);
afterAll(() => made.close());

const times: readonly Pick<ReportRequest, 'from' | 'to'>[] = [{}, { from: at('2011-12-15T07:00:00Z'), to: at('2012-02-29T12:00:00Z') }, { to: at('2012-01-05T00:00:00Z') }, { from: at('2012-01-30T00:00:00Z') }];
const groups = [[], ['planId', 'cameBack', 'onTestClock'], ['planKind', 'imported']];
const asked = (['month', 'week', 'day'] as const).flatMap((interval, n) => times.map((time, m): ReportRequest => ({ ...time, interval, groupBy: groups[(n + m) % groups.length]! })));
const named = ({ from, to, interval, groupBy }: ReportRequest): string => [interval, from ?? '…', to ?? '…', ...(groupBy ?? [])].join(' ');

const columns: Readonly<Record<string, string>> = { planId: 'plan_id', cameBack: 'came_back', planKind: 'plan_kind', imported: 'imported', onTestClock: 'true' };
const listed = (groupBy: readonly string[]): string => groupBy.map((name) => `, ${columns[name]} AS "${name}"`).join('');
const keys = (groupBy: readonly string[]): string => groupBy.map((name) => `, "${name}"`).join('');

it.each(asked.map((request) => [named(request), request] as const))('cohorts by %s', async (_, request) => {
  const { from = null, to = null, interval = 'month', groupBy = [] } = request;
  // Every term at every age.
  const second = await made.database.query<ReportRow>(
    `SELECT start${keys(groupBy)}, age, count(*) AS size, count(*) FILTER (WHERE remains) AS remaining, round(count(*) FILTER (WHERE remains)::numeric / count(*), 4)::float8 AS "remainingShare", bool_and(complete) AS complete, NOT bool_and(complete) OR start = ANY ($4::timestamptz[]) AS unfinished
     FROM (
       SELECT *, reached <= known AS complete, ended_at IS NULL OR ended_at > least(reached, known) AS remains FROM (
         SELECT date_trunc('${interval}', started_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start${listed(groupBy)}, age, ended_at, least(account_now, $2::timestamptz) AS known,
           ${reached(interval, 'age')} AS reached, ${reached(interval, 'age - 1')} AS before
         FROM analytics.subscription_plans JOIN (SELECT time_zone, analytics.known_zone(time_zone) AS zone FROM unnest($3::text[]) AS time_zone OFFSET 0) AS z USING (time_zone) CROSS JOIN generate_series(0, 60) AS age
         WHERE since = started_at AND ($1::timestamptz IS NULL OR started_at >= $1) AND ($2::timestamptz IS NULL OR started_at < $2)
       ) AS t WHERE before <= known
     ) AS t GROUP BY start${keys(groupBy)}, age ORDER BY start${keys(groupBy)}, age`,
    [from, to, zones, await running(interval)],
  );
  expect(second.length).toBeGreaterThan(0);
  expect(await reports.cohorts.rows(made.database, request)).toEqual(second);
});

/** The steps that somebody lives in. */
const running = async (interval: Interval): Promise<readonly Instant[]> =>
  (await made.database.query<{ start: Instant }>(`SELECT date_trunc('${interval}', now AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start FROM unnest($1::timestamptz[]) AS c (now)`, [Object.values(clocks)])).map(({ start }) => start);

const reached = (interval: Interval, age: string): string =>
  `CASE WHEN ${age} <= 0 THEN started_at ELSE (started_at AT TIME ZONE zone + (${age}) * interval '1 ${interval}') AT TIME ZONE zone END`;

interface Stretch {
  readonly since: Instant;
  readonly until: Instant | null;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  readonly now: Instant;
  readonly group: string;
}

it.each(asked.map((request) => [named(request), request] as const))('churn by %s', async (_, request) => {
  const { interval = 'month', groupBy = [] } = request;
  const stretches = (await made.database.query<Stretch>(
    `SELECT since, until, started_at, ended_at, account_now AS now, jsonb_build_array(${groupBy.map((name) => columns[name]).join(', ')})::text AS group FROM analytics.subscription_plans`,
  )).map((one) => ({ ...one, group: JSON.stringify(JSON.parse(one.group)) }));
  const rows = await reports.churn.rows(made.database, request);
  expect(rows.length).toBeGreaterThan(0);
  const { from = stretches.map(({ since }) => since).sort()[0]!, to = instant(Date.parse(clocks.far) + 1) } = request;
  const starts = stepsBetween(interval, from, to);
  const together = [...new Set(stretches.filter(({ since }) => since < to).map(({ group }) => group))];
  const second = together.flatMap((group) => {
    const own = stretches.filter((one) => one.group === group && one.since < to);
    const lived = own.map(({ now }) => now).sort().at(-1)!;
    return starts.filter((start) => start <= lived).map((start) => told(own, group, start, [...starts.filter((one) => one > start), to][0]!));
  });
  const shown = rows.map((row) => ({ ...row, group: JSON.stringify(groupBy.map((name) => row[name])) })).map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !groupBy.includes(name))));
  expect(sorted(shown)).toEqual(sorted(second));
});

function told(stretches: readonly Stretch[], group: string, start: Instant, next: Instant): Record<string, unknown> {
  const within = (instant: Instant | null): boolean => instant !== null && instant >= start && instant < next;
  const isOpen = ({ since, until }: Stretch): boolean => since < start && (until === null || until >= start);
  // An account that has not come to the step is in none of its figures.
  const counts = (which: (one: Stretch) => boolean): number => stretches.filter(which).length;
  const openAtStart = counts((one) => isOpen(one) && (one.until !== null || one.now >= start));
  const started = counts(({ since, started_at: startedAt }) => within(since) && since === startedAt);
  const movedIn = counts(({ since, started_at: startedAt }) => within(since) && since !== startedAt);
  const ended = counts(({ until, ended_at: endedAt }) => within(until) && until === endedAt);
  const movedOut = counts(({ until, ended_at: endedAt }) => within(until) && until !== endedAt);
  const endedOfOpen = counts((one) => within(one.ended_at) && isOpen(one));
  const complete = !stretches.some(({ now }) => within(now));
  return {
    group, start, openAtStart, started, movedIn, ended, movedOut, endedOfOpen, openAtEnd: openAtStart + started + movedIn - ended - movedOut,
    churnRate: openAtStart === 0 ? null : Math.round((endedOfOpen * 10_000) / openAtStart) / 10_000, complete, unfinished: !complete,
  };
}

/** Their beginnings; the first is cut by `from`. */
function stepsBetween(interval: Interval, from: Instant, to: Instant): readonly Instant[] {
  const starts: Instant[] = [];
  const date = new Date(`${from.slice(0, 10)}T00:00:00Z`);
  if (interval === 'week') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (interval === 'month') date.setUTCDate(1);
  for (let start = instant(date.getTime()); start < to; start = instant(date.getTime())) {
    starts.push(start < from ? from : start);
    if (interval === 'month') date.setUTCMonth(date.getUTCMonth() + 1);
    else date.setUTCDate(date.getUTCDate() + (interval === 'week' ? 7 : 1));
  }
  return starts;
}

const sorted = (rows: readonly object[]): unknown[] => rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))).sort();
