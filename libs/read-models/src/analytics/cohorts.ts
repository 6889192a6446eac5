// Cohorts: of the subscriptions that started in the same step of time, how many are still there one, two, three steps after their start.
import type { Database } from '#postgres';
import { boolean, instantColumn, numberOrNull, whole, type ReportRow } from './columns.js';
import { ofAccounts, Parameters, stepOf, type Interval, type ReportRequest } from './request.js';
import { groupLists } from './terms.js';

export const cohortMeasures = [
  whole('age', '', 'Steps after the start of each subscription, by the wall clock that its periods follow.'),
  whole('size', '', 'Subscriptions of the cohort whose accounts have lived to the age before, and so count for this one; at age 0 all.'),
  whole('remaining', '', 'Of these, still open at that age, or as far as is known; a term is not open at the instant it ends.'),
  numberOrNull('remainingShare', '', 'remaining / size.'),
  boolean('complete', '', 'false: the time of some of the accounts, or `to`, is before that age, and more may end until then.'),
];

export const cohortStart = instantColumn('start', '', 'The beginning, in UTC, of the step in which the subscriptions of the cohort started.');

/** Ages told for a cohort, besides 0. */
const agesMost = 60;

/** No step is shorter, not even where clocks are put forward. */
const shortestHours: Readonly<Record<Interval, number>> = { day: 22, week: 7 * 24 - 2, month: 28 * 24 - 2 };

/** Cohorts of `[from, to)`. Each subscription counts up to its account's own present, or to `to` where that is earlier: what comes after is not known. */
export async function cohorts(database: Database, request: ReportRequest): Promise<ReportRow[]> {
  const { from, to, interval = 'month', groupBy = [] } = request;
  const parameters = new Parameters();
  const conditions = ['since = started_at', ...ofAccounts(request)];
  if (from !== undefined) conditions.push(`started_at >= ${parameters.add(from)}::timestamptz`);
  const end = to === undefined ? null : `${parameters.add(to)}::timestamptz`;
  if (end) conditions.push(`started_at < ${end}`);
  const { selected, listed } = groupLists(groupBy);
  const agesLived = `ceil(extract(epoch FROM known_until - started_at) / ${shortestHours[interval] * 3600})::integer + 1`;
  const reached = (age: string): string => `CASE WHEN ${age} <= 0 THEN started_at ELSE (started_at AT TIME ZONE zone + (${age}) * interval '1 ${interval}') AT TIME ZONE zone END`;
  return database.query<ReportRow>(
    `WITH terms AS (
       SELECT ${stepOf(interval, 'started_at')} AS start${selected}, started_at, ended_at, time_zone, ${end ? `least(account_now, ${end})` : 'account_now'} AS known_until
       FROM analytics.subscription_plans WHERE ${conditions.join(' AND ')}
     ),
     zones AS MATERIALIZED (SELECT time_zone, analytics.known_zone(time_zone) AS zone FROM terms GROUP BY time_zone),
     ages AS (
       SELECT start${listed}, age, reached <= known_until AS complete, ended_at IS NULL OR ended_at > least(reached, known_until) AS remains
       FROM terms JOIN zones USING (time_zone)
         CROSS JOIN LATERAL generate_series(0, least(${agesMost}, ${agesLived})) AS age
         CROSS JOIN LATERAL (SELECT ${reached('age')} AS reached, ${reached('age - 1')} AS reached_before) AS r
       WHERE reached_before <= known_until
     )
     SELECT start${listed}, age, count(*) AS size, count(*) FILTER (WHERE remains) AS remaining,
       round(count(*) FILTER (WHERE remains)::numeric / count(*), 4)::float8 AS "remainingShare", bool_and(complete) AS complete
     FROM ages GROUP BY start${listed}, age ORDER BY start${listed}, age`,
    parameters.values,
  );
}
