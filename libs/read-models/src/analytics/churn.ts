// Churn: of the subscriptions open when a step of time begins, how many end in it. Every step is told, also empty ones.
import { refuse, Refused, type Instant } from '#kernel';
import type { Database } from '#postgres';
import { booleanOrNull, instantColumn, numberOrNull, text, whole, type ReportRow, type Selected } from './columns.js';
import { Parameters, stepOf, type Interval, type ReportRequest } from './request.js';

export const termGroups: Readonly<Record<string, Selected>> = {
  planId: text('planId', 'plan_id', 'The plan of the current or last period.'),
  planKind: text('planKind', 'plan_kind', 'messaging or calling.'),
  planInterval: text('planInterval', 'plan_interval', 'month or year.'),
  cameBack: { ...booleanOrNull('cameBack', 'came_back', 'Whether the term brought back an account whose last plan had ended.'), nullable: false },
  onTestClock: { ...booleanOrNull('onTestClock', 'test_clock_id IS NOT NULL', 'Whether the account lives by a test clock.'), nullable: false },
};

export const churnMeasures = [
  whole('openAtStart', '', 'Open when the step begins: started before it, and not ended before it.'),
  whole('started', '', 'Started in the step.'),
  whole('ended', '', 'Ended in the step.'),
  whole('endedOfOpen', '', 'Of those open at its start, ended in it.'),
  whole('openAtEnd', '', 'openAtStart + started - ended.'),
  numberOrNull('churnRate', '', 'endedOfOpen / openAtStart; null when none was open.'),
];

export const churnStart = instantColumn('start', '', 'The beginning of the step, in UTC; the first step begins with `from`.');

/** Steps that one answer tells. */
const stepsMost = 2000;

const stepDays: Readonly<Record<Interval, number>> = { day: 1, week: 7, month: 30 };

/** From `from`, else the first start, to `to`, else whatever is latest of the last event and now. Throws `Refused` where that gives too many steps. */
export async function churn(database: Database, { from, to, interval = 'month', groupBy = [] }: ReportRequest): Promise<ReportRow[]> {
  const bounds = await boundsOf(database, from, to);
  if (!bounds) return [];
  const days = (Date.parse(bounds.to) - Date.parse(bounds.from)) / 86_400_000;
  if (days / stepDays[interval] > stepsMost) {
    const message = `would give more than ${stepsMost} steps between ${bounds.from} and ${bounds.to}; choose a longer one, or narrow from and to`;
    throw new Refused(refuse('invalid_request', { errors: [{ pointer: '/query/interval', message }] }));
  }
  const parameters = new Parameters();
  const [first, last] = [bounds.from, bounds.to].map((at) => `${parameters.add(at)}::timestamptz`) as [string, string];
  const names = groupBy.filter((name) => termGroups[name]);
  const groups = names.map((name) => `${termGroups[name]?.sql ?? ''} AS "${name}"`).join(', ');
  const list = names.map((name) => `"${name}"`).join(', ');
  const also = (columns: string): string => (columns === '' ? '' : `, ${columns}`);
  const partition = list === '' ? '' : `PARTITION BY ${list}`;
  const matches = names.map((name) => `AND m."${name}" = grid."${name}"`).join(' ');
  const before = (at: string): string => `CASE WHEN ${at} >= ${first} THEN greatest(${stepOf(interval, at)}, ${first}) END`;
  return database.query<ReportRow>(
    `WITH terms AS (SELECT started_at, ended_at${also(groups)} FROM analytics.subscriptions WHERE started_at < ${last}),
     moves AS (
       SELECT ${before('started_at')} AS start${also(list)}, 1 AS started, 0 AS ended, 0 AS of_open FROM terms
       UNION ALL
       SELECT ${before('ended_at')}${also(list)}, 0, 1, (started_at < ${before('ended_at')})::integer FROM terms WHERE ended_at < ${last}
     ),
     sums AS (SELECT start${also(list)}, sum(started) AS started, sum(ended) AS ended, coalesce(sum(of_open), 0) AS of_open FROM moves GROUP BY start${also(list)}),
     steps AS (
       SELECT greatest(step, ${first}) AS start
       FROM generate_series(${stepOf(interval, first)} AT TIME ZONE 'UTC', (${last} - interval '1 ms') AT TIME ZONE 'UTC', interval '1 ${interval}') AS local (at)
         CROSS JOIN LATERAL (SELECT at AT TIME ZONE 'UTC' AS step) AS s
     ),
     grid AS (SELECT start${also(list)} FROM steps ${list === '' ? '' : `CROSS JOIN (SELECT DISTINCT ${list} FROM terms) AS g`}),
     told AS (
       SELECT grid.*, coalesce(m.started, 0) AS started, coalesce(m.ended, 0) AS ended, coalesce(m.of_open, 0) AS of_open,
         coalesce((SELECT sum(m.started - m.ended) FROM sums m WHERE m.start IS NULL ${matches}), 0) AS base
       FROM grid LEFT JOIN sums m ON m.start = grid.start ${matches}
     ),
     running AS (SELECT *, base + coalesce(sum(started - ended) OVER (${partition} ORDER BY start ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS open FROM told)
     SELECT start${also(list)}, open::bigint AS "openAtStart", started::bigint AS started, ended::bigint AS ended, of_open::bigint AS "endedOfOpen",
       (open + started - ended)::bigint AS "openAtEnd", round(of_open / nullif(open, 0), 4)::float8 AS "churnRate"
     FROM running ORDER BY start${also(list)}`,
    parameters.values,
  );
}

async function boundsOf(database: Database, from: Instant | undefined, to: Instant | undefined): Promise<{ from: Instant; to: Instant } | null> {
  const [known] = await database.query<{ from: Instant | null; to: Instant }>(
    `SELECT min(started_at) AS from, greatest(max(started_at), max(ended_at), statement_timestamp()) + interval '1 ms' AS to FROM analytics.subscriptions`,
  );
  const first = from ?? known?.from;
  const last = to ?? known?.to;
  return first && last && first < last ? { from: first, to: last } : null;
}
