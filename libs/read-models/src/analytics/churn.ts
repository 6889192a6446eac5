// Churn: of the subscriptions open when a step of time begins, how many end in it. Every step is told, also empty ones, up to what the accounts have lived.
import { refuse, Refused, type Instant } from '#kernel';
import type { Database } from '#postgres';
import { boolean, instantColumn, numberOrNull, whole, type ReportRow } from './columns.js';
import { nextStepOf, ofAccounts, Parameters, stepOf, type Interval, type ReportRequest } from './request.js';
import { groupLists } from './terms.js';

export const churnMeasures = [
  whole('openAtStart', '', 'Open when the step begins: started before it, and not ended before it.'),
  whole('started', '', 'Started in the step.'),
  whole('movedIn', '', 'Changed to the plan in the step.'),
  whole('ended', '', 'Ended in the step.'),
  whole('movedOut', '', 'Changed from the plan in the step.'),
  whole('endedOfOpen', '', 'Of those open at its start, ended in it, on whichever plan by then.'),
  whole('openAtEnd', '', 'openAtStart + started + movedIn - ended - movedOut.'),
  numberOrNull('churnRate', '', 'endedOfOpen / openAtStart; null when none was open.'),
  boolean('complete', '', 'false: the time of some of the accounts is within the step, and more may happen in it.'),
];

export const churnStart = instantColumn('start', '', 'The beginning of the step, in UTC; the first step begins with `from`.');

/** Steps that one answer tells. */
const stepsMost = 2000;

const stepDays: Readonly<Record<Interval, number>> = { day: 1, week: 7, month: 30 };

/**
 * From `from`, else the first start, to `to`, and no further than the accounts have lived: each counts up to its own present, and from the step after it
 * no more. Throws `Refused` where that gives too many steps.
 */
export async function churn(database: Database, request: ReportRequest): Promise<ReportRow[]> {
  const { interval = 'month', groupBy = [] } = request;
  const bounds = await boundsOf(database, request);
  if (!bounds) return [];
  const days = (Date.parse(bounds.to) - Date.parse(bounds.from)) / 86_400_000;
  if (days / stepDays[interval] > stepsMost) {
    const message = `would give more than ${stepsMost} steps between ${bounds.from} and ${bounds.to}; choose a longer one, or narrow from and to`;
    throw new Refused(refuse('invalid_request', { errors: [{ pointer: '/query/interval', message }] }));
  }
  const parameters = new Parameters();
  const [first, last, present] = [bounds.from, bounds.to, bounds.present].map((at) => `${parameters.add(at)}::timestamptz`) as [string, string, string];
  const { names, selected, listed } = groupLists(groupBy);
  const grouped = names.length > 0;
  const matching = (other: string): string => names.map((name) => `AND ${other}."${name}" = grid."${name}"`).join(' ');
  // What lies before the first step moves no step: it is what the first one begins with.
  const stepFrom = (at: string): string => `CASE WHEN ${at} >= ${first} THEN greatest(${stepOf(interval, at)}, ${first}) END`;
  const move = (start: string, counts: Partial<Record<Count, string>>, where: string): string =>
    `SELECT ${start} AS start${listed}, ${counted.map((name) => `${counts[name] ?? '0'} AS ${name}`).join(', ')} FROM stretches WHERE ${where}`;
  return database.query<ReportRow>(
    `WITH stretches AS (
       SELECT since, until, started_at, ended_at, since = started_at AS begins, coalesce(until = ended_at, false) AS ends, least(account_now, ${present}) AS now${selected}
       FROM analytics.subscription_plans WHERE ${['since < ' + last, ...ofAccounts(request)].join(' AND ')}
     ),
     moves AS (
       ${move(stepFrom('since'), { started: 'begins::integer', moved_in: '(NOT begins)::integer' }, 'true')}
       UNION ALL
       ${move(stepFrom('until'), { ended: 'ends::integer', moved_out: '(NOT ends)::integer' }, `until < ${last}`)}
       UNION ALL
       ${move(stepFrom('ended_at'), { of_open: '1' }, `ended_at < ${last} AND since < ${stepFrom('ended_at')} AND until >= ${stepFrom('ended_at')}`)}
       UNION ALL
       ${move(`CASE WHEN now >= ${first} THEN ${nextStepOf(interval, 'now')} END`, { unlived: '1' }, 'until IS NULL')}
       UNION ALL
       ${move(stepFrom('now'), { present: '1' }, `now >= ${first} AND now < ${last}`)}
     ),
     sums AS (SELECT start${listed}, ${counted.map((name) => `sum(${name}) AS ${name}`).join(', ')} FROM moves GROUP BY start${listed}),
     steps AS (
       SELECT greatest(step, ${first}) AS start
       FROM generate_series(${stepOf(interval, first)} AT TIME ZONE 'UTC', (${last} - interval '1 ms') AT TIME ZONE 'UTC', interval '1 ${interval}') AS local (at)
         CROSS JOIN LATERAL (SELECT at AT TIME ZONE 'UTC' AS step) AS s
     ),
     lived AS (SELECT max(now) AS until${listed} FROM stretches ${grouped ? `GROUP BY ${listed.slice(2)}` : ''}),
     grid AS (SELECT start${listed} FROM steps JOIN lived ON start <= lived.until),
     told AS (
       SELECT grid.*, ${counted.map((name) => `coalesce(m.${name}, 0) AS ${name}`).join(', ')},
         coalesce((SELECT sum(b.started + b.moved_in - b.ended - b.moved_out - b.unlived) FROM sums b WHERE b.start IS NULL ${matching('b')}), 0) AS base
       FROM grid LEFT JOIN sums m ON m.start = grid.start ${matching('m')}
     ),
     running AS (
       SELECT *, started + moved_in - ended - moved_out AS change,
         base - unlived + coalesce(sum(started + moved_in - ended - moved_out - unlived)
           OVER (${grouped ? `PARTITION BY ${listed.slice(2)}` : ''} ORDER BY start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS open
       FROM told
     )
     SELECT start${listed}, open::bigint AS "openAtStart", started::bigint AS started, moved_in::bigint AS "movedIn", ended::bigint AS ended,
       moved_out::bigint AS "movedOut", of_open::bigint AS "endedOfOpen", (open + change)::bigint AS "openAtEnd",
       round(of_open / nullif(open, 0), 4)::float8 AS "churnRate", present = 0 AS complete
     FROM running ORDER BY start${listed}`,
    parameters.values,
  );
}

/** `unlived`: open, and the account's present is over with the step before. `present`: it is in this step. */
const counted = ['started', 'moved_in', 'ended', 'moved_out', 'of_open', 'unlived', 'present'] as const;
type Count = (typeof counted)[number];

interface Bounds {
  readonly from: Instant;
  readonly to: Instant;
  /** Of the account that has come furthest. */
  readonly present: Instant;
}

async function boundsOf(database: Database, { from, to, ...accounts }: ReportRequest): Promise<Bounds | null> {
  const where = ['true', ...ofAccounts(accounts)].join(' AND ');
  const [known] = await database.query<{ from: Instant | null; present: Instant | null; after: Instant | null }>(
    `SELECT min(since) AS from, max(account_now) AS present, max(account_now) + interval '1 ms' AS after FROM analytics.subscription_plans WHERE ${where}`,
  );
  if (!known?.from || !known.present || !known.after) return null;
  const [first, last] = [from ?? known.from, to && to < known.after ? to : known.after];
  return first < last ? { from: first, to: last, present: known.present } : null;
}
