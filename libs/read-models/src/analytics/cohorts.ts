// Cohorts: of the subscriptions or customers that started in the same step of time, how many are still there one, two, three steps after their start.
import { across, type Database } from '#postgres';
import { boolean, instantColumn, numberOrNull, whole } from './columns.js';
import { isRunning, lengthOf, ofAccounts, rowsMost, stepOf, type Interval, type ReportRequest } from './request.js';
import { Parameters, type Statement } from './statement.js';
import { groupLists, type Terms } from './terms.js';

export const cohortMeasures = [
  whole('age', '', 'Steps after the start of each subscription, by the wall clock that its periods follow.'),
  whole('size', '', 'Subscriptions of the cohort whose accounts have lived to the age before, and so count for this one; at age 0 all.'),
  whole('remaining', '', 'Of these, still open at that age, or as far as is known; a term is not open at the instant it ends.'),
  numberOrNull('remainingShare', '', 'remaining / size.'),
  boolean('complete', '', 'false: the time of some of the accounts, or `to`, is before that age, and more may end until then.'),
];

export const cohortStart = instantColumn('start', '', 'The beginning, in the zone asked for, of the step in which the subscriptions of the cohort started.');

/** Ages told for a cohort, besides 0. */
const agesMost = 60;

/** How many days a step takes on average, and by how many a number of steps can differ from as many averages: months are unequal, and clocks and zones change. */
const steps: Readonly<Record<Interval, { readonly days: number; readonly within: number }>> = {
  day: { days: 1, within: 1.1 },
  week: { days: 7, within: 1.1 },
  month: { days: 30.436875, within: 5 },
  quarter: { days: 91.310625, within: 5 },
  year: { days: 365.2425, within: 5 },
};

/**
 * Cohorts of `[from, to)`. Each subscription counts up to its account's own present, or to `to` where that is earlier: what comes after is not known.
 *
 * One pass over the terms, in which each falls into a bucket: of its cohort, by the last age that it is known to have come to (`known`) and by the last at which it was still there (`remained`). Only buckets meet ages.
 * (`OFFSET 0`: what stands within is worked out once for each row.)
 */
export async function cohorts(of: Terms, database: Database, request: ReportRequest): Promise<Statement> {
  const { from, to, interval = 'month', groupBy } = request;
  const parameters = new Parameters();
  const conditions = ['since = started_at', ...ofAccounts(request)];
  if (from !== undefined) conditions.push(`started_at >= ${parameters.add(from)}::timestamptz`);
  const end = to === undefined ? null : `${parameters.add(to)}::timestamptz`;
  if (end) conditions.push(`started_at < ${end}`);
  const { selected, listed } = groupLists(of, groupBy);
  // By itself, since what asks for it cannot run in parallel.
  const zones = await database.query<{ time_zone: string; rules: string }>(
    `${across('reports')}SELECT time_zone, analytics.known_zone(time_zone) AS rules FROM (SELECT DISTINCT time_zone FROM analytics.${of.view} OFFSET 0) AS named`,
  );
  const [named, known] = [zones.map(({ time_zone }) => time_zone), zones.map(({ rules }) => rules)].map((names) => `${parameters.add(names)}::text[]`) as [string, string];
  const text = `WITH buckets AS (
       SELECT ${stepOf(interval, 'started_at', request)} AS start${listed}, known,
         CASE WHEN ended_at IS NULL OR ended_at > known_until THEN least(known + 1, ${agesMost}) WHEN ended_at > started_at THEN ${lastAge(interval, '<', 'ended_at', 'ended_after')} ELSE -1 END AS remained, count(*) AS terms
       FROM (
         SELECT *, ${lastAge(interval, '<=', 'known_until', 'known_after')} AS known FROM (
           SELECT *, ${daysUntil('known_until')} AS known_after, ${daysUntil('ended_at')} AS ended_after FROM (
             SELECT started_at, ended_at, rules${selected}, ${end ? `least(account_now, ${end})` : 'account_now'} AS known_until
             FROM analytics.${of.view} JOIN unnest(${named}, ${known}) AS zones (time_zone, rules) USING (time_zone) WHERE ${conditions.join(' AND ')} OFFSET 0
           ) AS terms WHERE started_at <= known_until OFFSET 0
         ) AS terms OFFSET 0
       ) AS terms GROUP BY 1${listed}, known, remained
     ),
     marks AS (
       SELECT start${listed}, least(known + 1, ${agesMost}) AS age, terms AS size, 0 AS remaining, CASE WHEN known < ${agesMost} THEN terms ELSE 0 END AS incomplete FROM buckets
       UNION ALL SELECT start${listed}, remained, 0, terms, 0 FROM buckets WHERE remained >= 0
       UNION ALL SELECT start${listed}, generate_series(0, max(least(known + 1, ${agesMost}))), 0, 0, 0 FROM buckets GROUP BY start${listed}
     ),
     sums AS (
       SELECT start${listed}, age, sum(sum(size)) OVER older AS size, sum(sum(remaining)) OVER older AS remaining, sum(incomplete) AS incomplete
       FROM marks GROUP BY start${listed}, age WINDOW older AS (PARTITION BY start${listed} ORDER BY age DESC)
     )
     SELECT start${listed}, age, size::bigint AS size, remaining::bigint AS remaining, round(remaining / size, 4)::float8 AS "remainingShare", incomplete = 0 AS complete${request.interval === undefined ? '' : `, incomplete > 0 OR ${isRunning(interval, 'start', request)} AS unfinished`}
     FROM sums ORDER BY start${listed}, age LIMIT ${rowsMost + 1}`;
  return { text, values: parameters.values };
}

const daysUntil = (at: string): string => `(date_part('epoch', ${at}) - date_part('epoch', started_at)) / 86400`;

/**
 * The last age, of those that are told, that a term comes to before `at` (`<`) or by then (`<=`), where it has begun by then: by its length until then in days, and where that is near the end of a step by the wall
 * clock of its zone.
 */
function lastAge(interval: Interval, comes: '<' | '<=', at: string, lived: string): string {
  const { days, within } = steps[interval];
  const nearest = `round(${lived} / ${days})`;
  const reached = (age: string): string => `((started_at AT TIME ZONE rules + (${age}) * ${lengthOf(interval)}) AT TIME ZONE rules)`;
  const exact = [1, 0].filter((more) => more === 0 || days < 2 * within).map((more) => `WHEN ${reached(`${nearest} + ${more}`)} ${comes} ${at} THEN ${nearest} + ${more}`);
  return `least(${agesMost}, greatest(0, CASE WHEN ${lived} > ${(agesMost + 1) * days + within} THEN ${agesMost} WHEN abs(${lived} - ${nearest} * ${days}) > ${within} THEN floor(${lived} / ${days}) ${exact.join(' ')} ELSE ${nearest} - 1 END))::integer`;
}
