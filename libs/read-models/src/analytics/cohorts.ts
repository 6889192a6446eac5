// Cohorts: of the subscriptions that started in the same step of time, how many are still there one, two, three steps after their start.
import type { Database } from '#postgres';
import { instantColumn, numberOrNull, whole, type ReportRow } from './columns.js';
import { termGroups } from './churn.js';
import { Parameters, stepOf, type ReportRequest } from './request.js';

export const cohortMeasures = [
  whole('age', '', 'Steps after the start of each subscription.'),
  whole('size', '', 'Subscriptions of the cohort.'),
  whole('remaining', '', 'Of these, still open at that age; a term is not open at the instant it ends.'),
  numberOrNull('remainingShare', '', 'remaining / size.'),
];

export const cohortStart = instantColumn('start', '', 'The beginning, in UTC, of the step in which the subscriptions of the cohort started.');

/** Ages told for a cohort, besides 0. */
const agesMost = 60;

/**
 * Cohorts of `[from, to)`. An age is told once the youngest possible subscription of the cohort has reached it by `to`, else by the latest of
 * the last event and now.
 */
export async function cohorts(database: Database, { from, to, interval = 'month', groupBy = [] }: ReportRequest): Promise<ReportRow[]> {
  const parameters = new Parameters();
  const conditions = ['true'];
  if (from !== undefined) conditions.push(`started_at >= ${parameters.add(from)}::timestamptz`);
  if (to !== undefined) conditions.push(`started_at < ${parameters.add(to)}::timestamptz`);
  const until = to === undefined
    ? '(SELECT greatest(max(started_at), max(ended_at), statement_timestamp()) FROM analytics.subscriptions)'
    : `${parameters.add(to)}::timestamptz`;
  const names = groupBy.filter((name) => termGroups[name]);
  const groups = names.map((name) => `, ${termGroups[name]?.sql ?? ''} AS "${name}"`).join('');
  const list = names.map((name) => `, "${name}"`).join('');
  return database.query<ReportRow>(
    `WITH terms AS (
       SELECT ${stepOf(interval, 'started_at')} AS start${groups}, started_at, ended_at, u.until
       FROM analytics.subscriptions CROSS JOIN (SELECT ${until} AS until) AS u WHERE ${conditions.join(' AND ')}
     )
     SELECT start${list}, age, count(*) AS size, count(*) FILTER (WHERE ended_at IS NULL OR ended_at > least(reached, until)) AS remaining,
       round(count(*) FILTER (WHERE ended_at IS NULL OR ended_at > least(reached, until))::numeric / count(*), 4)::float8 AS "remainingShare"
     FROM terms CROSS JOIN generate_series(0, ${agesMost}) AS age
       CROSS JOIN LATERAL (SELECT (started_at AT TIME ZONE 'UTC' + age * interval '1 ${interval}') AT TIME ZONE 'UTC' AS reached) AS r
     WHERE age = 0 OR (start AT TIME ZONE 'UTC' + (age + 1) * interval '1 ${interval}') AT TIME ZONE 'UTC' <= until
     GROUP BY start${list}, age ORDER BY start${list}, age`,
    parameters.values,
  );
}
