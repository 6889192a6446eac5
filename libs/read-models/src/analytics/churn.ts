// Churn: of what is open when a step of time begins, how much ends in it. Every step is told, also empty ones, up to what the accounts have lived.
import { instant, refuse, Refused, type Instant } from '#kernel';
import { across, type Database } from '#postgres';
import { boolean, instantColumn, numberOrNull, whole, type Selected } from './columns.js';
import { lengthOf, localStepOf, nextStepOf, ofAccounts, rowsMost, stepOf, wallClock, type Interval, type ReportRequest } from './request.js';
import { Parameters, type Statement } from './statement.js';
import { groupLists, type Terms } from './terms.js';

/** Of subscriptions or of customers, which are counted, or of revenue, which is added up. */
export const churnMeasures = (adds: NonNullable<Selected['adds']> = 'always'): readonly Selected[] => [
  whole('openAtStart', '', 'Open when the step begins: started before it, and not ended before it.'),
  ...[
    whole('started', '', 'Started in the step.'),
    whole('movedIn', '', 'Changed to the plan or the price in the step.'),
    whole('ended', '', 'Ended in the step.'),
    whole('movedOut', '', 'Changed from the plan or the price in the step.'),
    whole('endedOfOpen', '', 'Of those open at its start, ended in it, on whichever plan by then.'),
  ].map((measure) => ({ ...measure, adds })),
  whole('openAtEnd', '', 'openAtStart + started + movedIn - ended - movedOut.'),
  numberOrNull('churnRate', '', 'endedOfOpen / openAtStart; null when none was open.'),
  boolean('complete', '', 'false: the time of some of the accounts is within the step, and more may happen in it.'),
];

export const churnStart = instantColumn('start', '', 'The beginning of the step, in the zone asked for; the first step begins with `from`.');

/** Steps that one answer tells. */
const stepsMost = 2000;

const stepDays: Readonly<Record<Interval, number>> = { day: 1, week: 7, month: 30, quarter: 90, year: 365 };

/**
 * From `from`, else the first start, to `to`, and no further than the accounts have lived: each counts up to its own present, and from the step after it
 * no more. Throws `Refused` where that gives too many steps. One pass over the stretches, in which each falls into a bucket of its beginning, of its end, of its term's end and of its account's present.
 */
export async function churn(of: Terms, database: Database, request: ReportRequest): Promise<Statement> {
  const { interval = 'month', groupBy } = request;
  const bounds = await boundsOf(of, database, request);
  const days = (Date.parse(bounds.to) - Date.parse(bounds.from)) / 86_400_000;
  if (days / stepDays[interval] > stepsMost) {
    const message = `would give more than ${stepsMost} steps between ${bounds.from} and ${bounds.to}; choose a longer one, or narrow from and to`;
    throw new Refused(refuse('invalid_request', { errors: [{ pointer: '/query/interval', message }] }));
  }
  const parameters = new Parameters();
  const [first, last, now] = [bounds.from, bounds.to, bounds.present].map((at) => `${parameters.add(at)}::timestamptz`) as [string, string, string];
  const { names, selected, listed } = groupLists(of, groupBy);
  const grouped = names.length > 0;
  // What lies before the first step moves no step: it is what the first one begins with.
  const stepFrom = (at: string): string => `CASE WHEN ${at} >= ${first} THEN greatest(${stepOf(interval, at, request)}, ${first}) END`;
  const move = (start: string, counts: Partial<Record<Count, string>>, bucket: number, where = 'true'): string =>
    `SELECT ${start} AS start${listed}, ${counted.map((name) => `${counts[name] === undefined ? '0' : `${counts[name]} * ${name === 'present' ? 'terms' : 'weight'}`} AS ${name}`).join(', ')} FROM buckets WHERE bucket = ${bucket} AND ${where}`;
  const text = `WITH buckets AS (
       SELECT since_step, begins, until_step, ends, leaves, ended_step, of_open, now, lasts${listed}, GROUPING(since_step, until_step, ended_step, now) AS bucket, count(*) AS terms, ${of.weight} AS weight
       FROM (
         SELECT *, coalesce(ended_at < ${last} AND since < ended_step AND until >= ended_step, false) AS of_open FROM (
           SELECT since, until, ended_at, ${stepFrom('since')} AS since_step, since = started_at AS begins, ${stepFrom('until')} AS until_step, coalesce(until = ended_at, false) AS ends, coalesce(until < ${last}, false) AS leaves,
             ${stepFrom('ended_at')} AS ended_step, least(account_now, ${now}) AS now, until IS NULL AS lasts${of.weight === 'count(*)' ? '' : ', mrr'}${selected}
           FROM analytics.${of.view} WHERE ${['since < ' + last, ...ofAccounts(request)].join(' AND ')} OFFSET 0
         ) AS stretches
       ) AS stretches
       GROUP BY GROUPING SETS (${bucketed.map((columns) => `(${columns}${listed})`).join(', ')})
     ),
     moves AS (
       ${move('since_step', { started: 'begins::integer', moved_in: '(NOT begins)::integer' }, inBucket.began)}
       UNION ALL
       ${move('until_step', { ended: 'ends::integer', moved_out: '(NOT ends)::integer' }, inBucket.left, 'leaves')}
       UNION ALL
       ${move('ended_step', { of_open: '1' }, inBucket.ended, 'of_open')}
       UNION ALL
       ${move(`CASE WHEN now >= ${first} THEN ${nextStepOf(interval, 'now', request)} END`, { unlived: '1' }, inBucket.present, 'lasts')}
       UNION ALL
       ${move(stepFrom('now'), { present: '1' }, inBucket.present, `now >= ${first} AND now < ${last}`)}
     ),
     sums AS (SELECT start${listed}, ${counted.map((name) => `sum(${name}) AS ${name}`).join(', ')} FROM moves GROUP BY start${listed}),
     steps AS (
       SELECT greatest(step, ${first}) AS start
       FROM generate_series(${localStepOf(interval, first, request)}, ${wallClock(`(${last} - interval '1 ms')`, request)}, ${lengthOf(interval)}) AS local (at)
         CROSS JOIN LATERAL (SELECT ${wallClock('at', request)} AS step) AS s
     ),
     lived AS (SELECT max(now) AS lived_until${listed} FROM buckets WHERE bucket = ${inBucket.present}${grouped ? ` GROUP BY ${listed.slice(2)}` : ''}),
     base AS (SELECT sum(started + moved_in - ended - moved_out - unlived) AS base${listed} FROM sums WHERE start IS NULL${grouped ? ` GROUP BY ${listed.slice(2)}` : ''}),
     told AS (
       SELECT steps.start${listed}, ${counted.map((name) => `coalesce(sums.${name}, 0) AS ${name}`).join(', ')}, coalesce(base.base, 0) AS base
       FROM steps JOIN lived ON steps.start <= lived_until LEFT JOIN base ${using(names)} LEFT JOIN sums ${using(['start', ...names])}
     ),
     running AS (
       SELECT *, started + moved_in - ended - moved_out AS change,
         base - unlived + coalesce(sum(started + moved_in - ended - moved_out - unlived)
           OVER (${grouped ? `PARTITION BY ${listed.slice(2)}` : ''} ORDER BY start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS open
       FROM told
     )
     SELECT start${listed}, open::bigint AS "openAtStart", started::bigint AS started, moved_in::bigint AS "movedIn", ended::bigint AS ended,
       moved_out::bigint AS "movedOut", of_open::bigint AS "endedOfOpen", (open + change)::bigint AS "openAtEnd",
       round(of_open / nullif(open, 0), 4)::float8 AS "churnRate", present = 0 AS complete${request.interval === undefined ? '' : ', present > 0 AS unfinished'}
     FROM running ORDER BY start${listed} LIMIT ${rowsMost + 1}`;
  return { text, values: parameters.values };
}

/** Columns that make each kind of bucket. */
const bucketed = ['since_step, begins', 'until_step, ends, leaves', 'ended_step, of_open', 'now, lasts'] as const;

/** Which kind it is, as `GROUPING` of the first columns tells: a bit for each that is not of it. */
const inBucket = { began: 0b0111, left: 0b1011, ended: 0b1101, present: 0b1110 } as const;

/** Without names every row fits. */
const using = (names: readonly string[]): string => (names.length > 0 ? `USING (${names.map((name) => `"${name}"`).join(', ')})` : 'ON true');

/** `unlived`: open, and the account's present is over with the step before. `present`: it is in this step. */
const counted = ['started', 'moved_in', 'ended', 'moved_out', 'of_open', 'unlived', 'present'] as const;
type Count = (typeof counted)[number];

interface Bounds {
  readonly from: Instant;
  readonly to: Instant;
  /** Of the account that has come furthest. */
  readonly present: Instant;
}

/** Where nothing is known, nothing lies between them. */
async function boundsOf({ view }: Terms, database: Database, { from, to, ...accounts }: ReportRequest): Promise<Bounds> {
  const where = ['true', ...ofAccounts(accounts)].join(' AND ');
  const [known] = await database.query<{ from: Instant | null; present: Instant | null; after: Instant | null }>(
    `${across('reports')}SELECT min(since) AS from, max(account_now) AS present, max(account_now) + interval '1 ms' AS after FROM analytics.${view} WHERE ${where}`,
  );
  const nothing = (at: Instant): Bounds => ({ from: at, to: at, present: at });
  if (!known?.from || !known.present || !known.after) return nothing(from ?? instant(0));
  const [first, last] = [from ?? known.from, to && to < known.after ? to : known.after];
  return first < last ? { from: first, to: last, present: known.present } : nothing(first);
}
