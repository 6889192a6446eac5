// The figures of every report a second time, by other means: plain SQL on the log.
import type { ReportName, ReportRequest, ReportRow } from '#read-models';

/** Row by row, in no order; of each, what is counted a second time. */
export interface Second {
  readonly request: ReportRequest;
  readonly sql: string;
  /** Of the first computation, which rows are meant. */
  readonly meant?: (row: ReportRow) => boolean;
}

const step = (interval: string, at: string): string => `date_trunc('${interval}', ${at} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;

const counted = 'count(requested_at) AS requested, count(resumed_at) AS resumed, count(ended_at) AS ended, count(returned_at) AS returned';

const within = (days: number): string => `count(*) FILTER (WHERE returned_at - ended_at <= interval '${days * 24} hours') AS "returnedWithin${days}Days"`;

const isHeld = `EXISTS (SELECT FROM log h WHERE h.account_id = e.account_id AND h.type = 'LegalHoldPlaced' AND NOT EXISTS (SELECT FROM log x WHERE x.account_id = h.account_id AND x.type = 'LegalHoldLifted' AND x.data ->> 'holdId' = h.data ->> 'holdId'))`;

/** By kind: by which events it is over, how long after the end it comes by the wall clock, and how long at least. */
const losses: readonly (readonly [kind: string, over: string, byCalendar: string, atLeast: string])[] = [
  ['release-numbers', `'NumberReleaseStarted', 'NumbersReleased'`, '14 days', '336 hours'], ['expire-ten-dlc', `'TenDlcExpired', 'TenDlcExpirySkipped'`, '30 days', '720 hours'], ['purge-data', `'PurgeStarted'`, '1 year', '8760 hours'],
];

/** Of each account, when each is due: by the calendar of the zone in which the end was promised, and never before any date that was told. */
export const lossesToCome = losses.map(([kind, over, byCalendar, atLeast]) => `
  SELECT account_id, '${kind}' AS kind, CASE WHEN lapse IS NULL THEN 'planned' WHEN '${kind}' = 'purge-data' AND ${isHeld} THEN 'held' ELSE 'pending' END AS status, NULL::bigint AS mrr,
    CASE '${kind}' WHEN 'expire-ten-dlc' THEN (SELECT count(*) FROM (SELECT stands FROM registrations r WHERE r.account_id = e.account_id ORDER BY r.version DESC LIMIT 1) AS last WHERE stands) ELSE 0 END AS registrations,
    greatest(at + interval '${atLeast}', (SELECT (e.at AT TIME ZONE p.zone + interval '${byCalendar}') AT TIME ZONE p.zone FROM promises p WHERE p.account_id = e.account_id AND p.behind = e.behind ORDER BY p.ended IS NULL DESC, p.ends_at DESC, p.started DESC LIMIT 1),
      (SELECT max((p.dates ->> '${kind}')::timestamptz) FROM promises p WHERE p.account_id = e.account_id AND p.behind = e.behind),
      (SELECT max((t.data ->> 'at')::timestamptz) FROM log t WHERE t.account_id = e.account_id AND t.type = 'LossAnnounced' AND t.version > e.lapse AND t.data ->> 'loss' = '${kind}')) AS at
  FROM ends e WHERE NOT EXISTS (SELECT FROM log o WHERE o.account_id = e.account_id AND o.version > e.lapse AND o.type IN (${over}, 'PurgeStarted'))`).join(' UNION ALL ');

/** What an account held when its plan ended: movements, numbers and registrations since the last purge, by the order in which they were written. */
const held = `SELECT o.*, (SELECT coalesce(sum(m.amount), 0) FROM movements m WHERE m.account_id = o.account_id AND m.version BETWEEN o.after AND o.ended AND m.kind NOT IN ('card_charge', 'number_fee_shortfall')) AS wallet,
    (SELECT count(*) FROM (SELECT stands FROM registrations r WHERE r.account_id = o.account_id AND r.version < o.ended ORDER BY r.version DESC LIMIT 1) AS last WHERE stands) AS registration,
    (SELECT count(*) FROM (SELECT DISTINCT ON (number) type, version FROM number_changes c WHERE c.account_id = o.account_id AND c.version BETWEEN o.after AND o.ended AND c.type <> 'NumberReleaseBlocked' ORDER BY number, version DESC) AS last
      WHERE type = 'NumberPurchased' OR type = 'left' AND EXISTS (SELECT FROM started s WHERE s.account_id = o.account_id AND s.returned AND s.version BETWEEN last.version AND o.ended)) AS numbers
  FROM (SELECT t.*, (SELECT coalesce(max(p.version), 0) FROM purges p WHERE p.account_id = t.account_id AND p.version < t.ended) AS after FROM told t WHERE t.ended_at IS NOT NULL) AS o`;

/** What carriers answered last of each number, and the registrations that expired. */
const released = `SELECT account_id, 'number' AS kind, CASE WHEN type = 'NumberReleaseBlocked' THEN 'blocked' WHEN outcome = 'already-gone' AND reason = 'ported-out' THEN 'ported-out' ELSE outcome END AS outcome, at, CASE WHEN is_removed THEN 'removal' ELSE 'end' END AS cause
  FROM (SELECT DISTINCT ON (l.account_id, l.data ->> 'numberId') l.account_id, l.type, l.at, l.data ->> 'outcome' AS outcome, l.data ->> 'reason' AS reason,
      EXISTS (SELECT FROM number_changes r WHERE r.account_id = l.account_id AND r.number = l.data ->> 'numberId' AND r.type = 'NumberRemoved' AND r.version < l.version
        AND NOT EXISTS (SELECT FROM purges p WHERE p.account_id = l.account_id AND p.version BETWEEN r.version AND l.version)) AS is_removed
    FROM log l WHERE l.type IN ('NumberReleased', 'NumberReleaseBlocked') ORDER BY l.account_id, l.data ->> 'numberId', l.version DESC) AS last
  UNION ALL SELECT DISTINCT ON (account_id, data ->> 'registrationId') account_id, 'ten-dlc', 'expired', at, 'end' FROM log WHERE type = 'TenDlcExpired'`;

const wishes = `SELECT account_id, sub, kind, account_now, min(opened_at) AS opened_at, count(attempt) AS attempts, min(attempted_at) AS attempted_at, max(expires_at) AS expires_at, max(requested_at) AS requested_at, max(resumed_at) AS resumed_at,
    max(ended_at) AS ended_at, max(returned_at) AS returned_at FROM told GROUP BY account_id, sub, kind, account_now, periods, before`;

interface Grouped {
  /** A table of stretches. */
  readonly of: string;
  readonly interval: string;
  /** Columns, each with its name. */
  readonly by: readonly (readonly [column: string, name: string])[];
}

const length = (interval: string): string => `interval '${interval === 'quarter' ? '3 months' : `1 ${interval}`}'`;
const listed = (by: Grouped['by']): string => by.map(([column, name]) => `, ${column} AS "${name}"`).join('');
const columns = (by: Grouped['by']): string => by.map(([column]) => column).join(', ');

/** Every stretch beside every step of time. */
const churnOf = ({ of, interval, by }: Grouped): string => {
  const weigh = (which: string): string => `coalesce(sum(weight) FILTER (WHERE ${which}), 0)::bigint`;
  return `SELECT start${listed(by)}, ${weigh('was_open AND (until IS NOT NULL OR account_now >= start)')} AS "openAtStart", ${weigh('begins AND since = started_at')} AS started,
      ${weigh('begins AND since <> started_at')} AS "movedIn", ${weigh('leaves AND until = ended_at')} AS ended, ${weigh('leaves AND until IS DISTINCT FROM ended_at')} AS "movedOut",
      ${weigh('was_open AND ended_at >= start AND ended_at < next')} AS "endedOfOpen", coalesce(bool_and(NOT (account_now >= start AND account_now < next)), true) AS complete
    FROM (
      SELECT s.*, m.*, since < start AND (until IS NULL OR until >= start) AS was_open, since >= start AND since < next AS begins, coalesce(until >= start AND until < next, false) AS leaves
      FROM (SELECT *, max(account_now) OVER (PARTITION BY ${columns(by)}) AS lived FROM ${of}) AS s CROSS JOIN (SELECT greatest(at AT TIME ZONE 'UTC', first) AS start, least((at + ${length(interval)}) AT TIME ZONE 'UTC', last) AS next
        FROM (SELECT min(since) AS first, max(account_now) + interval '1 ms' AS last FROM ${of}) b, generate_series(date_trunc('${interval}', first AT TIME ZONE 'UTC'), (last - interval '1 ms') AT TIME ZONE 'UTC', ${length(interval)}) AS at) m
    ) AS t WHERE start <= lived GROUP BY start, ${columns(by)}`;
};

/** Every term beside every age. */
const cohortsOf = ({ of, interval, by }: Grouped): string => {
  const after = (steps: string): string => `(started_at AT TIME ZONE zone + ${steps} * ${length(interval)}) AT TIME ZONE zone`;
  return `SELECT ${step(interval, 'started_at')} AS start${listed(by)}, age, count(*) AS size, count(*) FILTER (WHERE ended_at IS NULL OR ended_at > least(reached, account_now)) AS remaining, bool_and(reached <= account_now) AS complete
    FROM (SELECT s.*, age, CASE age WHEN 0 THEN started_at ELSE ${after('age')} END AS reached, CASE WHEN age <= 1 THEN started_at ELSE ${after('(age - 1)')} END AS before
      FROM ${of} s CROSS JOIN generate_series(0, 60) AS age WHERE since = started_at) AS t WHERE before <= account_now GROUP BY 1, ${columns(by)}, age`;
};

const percentile = (part: number, from: string, to: string): string => `percentile_cont(${part}) WITHIN GROUP (ORDER BY extract(epoch FROM ${to} - ${from})::float8)`;
const bring = (which: string): string => `coalesce(sum(mrr) FILTER (WHERE ${which}), 0)::bigint`;
const moved = (kind: string): string => `coalesce(sum(abs(amount)) FILTER (WHERE kind = '${kind}'), 0)::bigint`;

/** Each once, in steps and groups that touch everything it counts; those on churn are counted a third time in `test/insights`, of the present, without SQL. */
export const seconds = {
  cancellations: {
    request: { interval: 'month', groupBy: ['planId', 'outcome', 'onTestClock'] },
    sql: `SELECT ${step('month', 'opened_at')} AS start, plan AS "planId", outcome, clock IS NOT NULL AS "onTestClock", count(*) AS opened, count(*) FILTER (WHERE outcome = 'abandoned') AS abandoned, ${counted} FROM told GROUP BY 1, 2, 3, 4`,
  },
  reasons: {
    request: { groupBy: ['planKind', 'channel'] },
    sql: `SELECT reason, kind AS "planKind", channel, ${counted} FROM told WHERE requested_at IS NOT NULL GROUP BY 1, 2, 3`,
  },
  funnel: {
    request: { interval: 'week', groupBy: ['planKind'] },
    sql: `SELECT ${step('week', 'opened_at')} AS start, kind AS "planKind", count(*) AS opened, sum(attempts)::bigint AS attempts, count(attempted_at) AS attempted, count(requested_at) FILTER (WHERE attempted_at IS NOT NULL) AS "attemptsConfirmed",
        count(*) FILTER (WHERE requested_at IS NULL AND expires_at <= account_now) AS abandoned, count(*) FILTER (WHERE requested_at IS NULL AND expires_at > account_now) AS undecided, ${counted}
      FROM (${wishes}) AS wishes GROUP BY 1, 2`,
  },
  returns: {
    request: { interval: 'month', groupBy: ['reason'] },
    sql: `SELECT ${step('month', 'ended_at')} AS start, reason, count(*) AS ended, count(returned_at) AS returned, ${[14, 30, 365].map(within).join(', ')}, count(purged_at) AS purged,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM returned_at - ended_at) / 86400)::integer) AS "medianDaysToReturn" FROM told WHERE ended_at IS NOT NULL GROUP BY 1, 2`,
  },
  churn: { request: { interval: 'month', groupBy: ['planId'] }, sql: churnOf({ of: 'stretches', interval: 'month', by: [['plan', 'planId']] }) },
  customers: { request: { interval: 'quarter', groupBy: ['cameBack'] }, sql: churnOf({ of: 'customers', interval: 'quarter', by: [['came_back', 'cameBack']] }) },
  recurring: { request: { interval: 'quarter', groupBy: ['planId', 'trial'] }, sql: churnOf({ of: 'prices', interval: 'quarter', by: [['currency', 'currency'], ['plan', 'planId'], ['trial', 'trial']] }) },
  cohorts: { request: { interval: 'month', groupBy: ['planKind'] }, sql: cohortsOf({ of: 'stretches', interval: 'month', by: [['kind', 'planKind']] }) },
  'customer-cohorts': { request: { interval: 'quarter', groupBy: ['cameBack'] }, sql: cohortsOf({ of: 'customers', interval: 'quarter', by: [['came_back', 'cameBack']] }) },
  upcoming: {
    request: { interval: 'month', groupBy: ['planId'] },
    sql: `SELECT ${step('month', 'period_end')} AS start, 'period-end' AS kind, 'pending' AS status, pending AS "endsPlan", plan AS "planId", count(*) AS consequences, count(DISTINCT account_id) AS accounts FROM open_plans GROUP BY 1, 4, 5`,
    meant: ({ kind }) => kind === 'period-end',
  },
  money: {
    request: { interval: 'month', groupBy: ['onTestClock'] },
    sql: `SELECT ${step('month', 'at')} AS start, kind, source, clock IS NOT NULL AS "onTestClock", count(moved) AS movements, coalesce(sum(moved), 0)::bigint AS amount, count(DISTINCT account_id) AS accounts, coalesce(sum(asked), 0)::bigint AS asked,
        coalesce(sum(asked) FILTER (WHERE is_collected), 0)::bigint AS collected, coalesce(sum(asked) FILTER (WHERE is_failed AND NOT is_collected), 0)::bigint AS failed, coalesce(sum(asked) FILTER (WHERE NOT is_failed AND NOT is_collected), 0)::bigint AS open
      FROM (
        SELECT account_id, at, kind, source, amount AS moved, NULL::bigint AS asked, false AS is_collected, false AS is_failed FROM movements WHERE kind <> 'card_charge'
        UNION ALL SELECT account_id, at, 'forfeited_balance', 'wallet', amount, NULL, false, false FROM forfeited
        UNION ALL SELECT account_id, at, CASE purpose WHEN 'plan' THEN 'card_charge' WHEN 'auto-recharge' THEN 'auto_recharge' ELSE 'top_up' END, CASE purpose WHEN 'top-up' THEN 'wallet' ELSE 'card' END,
          CASE purpose WHEN 'plan' THEN amount END, amount, is_collected, is_failed FROM charges
      ) AS t JOIN accounts USING (account_id) GROUP BY 1, 2, 3, 4`,
  },
  departures: {
    request: { interval: 'month', groupBy: ['planId', 'reason', 'trial'] },
    sql: `SELECT ${step('month', 'p.at')} AS start, point, currency, plan AS "planId", reason, trial, count(*) AS subscriptions, count(DISTINCT account_id) AS customers, sum(mrr)::bigint AS mrr
      FROM told CROSS JOIN LATERAL (VALUES ('request', requested_at), ('resume', resumed_at), ('end', ended_at), ('last-plan', CASE WHEN last_plan THEN ended_at END), ('return', returned_at)) AS p (point, at) WHERE p.at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6`,
  },
  revenue: {
    request: { interval: 'month', groupBy: ['planKind'] },
    sql: `SELECT ${step('month', 'requested_at')} AS start, currency, kind AS "planKind", count(*) AS requested, ${bring('true')} AS asked, ${bring("outcome = 'pending'")} AS pending, ${bring('resumed_at IS NOT NULL')} AS kept,
        ${bring('ended_at IS NOT NULL AND returned_at IS NULL')} AS lost, ${bring('returned_at IS NOT NULL')} AS "cameBack" FROM told WHERE requested_at IS NOT NULL GROUP BY 1, 2, 3`,
  },
  resumes: {
    request: { interval: 'month' },
    sql: `SELECT ${step('month', 'resumed_at')} AS start, currency, count(*) AS resumed, count(DISTINCT account_id) AS customers, ${bring('true')} AS mrr, ${percentile(0.5, 'requested_at', 'resumed_at')} AS "medianSeconds",
        ${percentile(0.9, 'requested_at', 'resumed_at')} AS "p90Seconds", ${percentile(0.5, 'resumed_at', 'effective_at')} AS "medianSecondsLeft" FROM told WHERE resumed_at IS NOT NULL GROUP BY 1, 2`,
  },
  comebacks: {
    request: {},
    sql: `SELECT lost, currency, count(*) AS returned, count(DISTINCT account_id) AS customers, ${bring('true')} AS mrr, ${[14, 30, 365].map(within).join(', ')},
        percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM returned_at - ended_at) / 86400)::integer) AS "medianDaysToReturn" FROM told WHERE returned_at IS NOT NULL GROUP BY 1, 2`,
  },
  held: {
    request: { interval: 'month' },
    sql: `SELECT ${step('month', 'ended_at')} AS start, last_plan AS "lastPlan", currency, count(*) AS ended, count(DISTINCT account_id) AS customers, sum(numbers)::bigint AS numbers, sum(registration)::bigint AS registrations, sum(wallet)::bigint AS wallet FROM (${held}) AS held GROUP BY 1, 2, 3`,
  },
  'funnel-steps': {
    request: {},
    sql: `SELECT step, count(*) AS entered, count(until) AS reached, round(count(until)::numeric / count(*), 4)::float8 AS "reachedShare", ${percentile(0.5, 'since', 'until')} AS "medianSeconds", ${percentile(0.9, 'since', 'until')} AS "p90Seconds"
      FROM (${wishes}) AS wishes CROSS JOIN LATERAL (VALUES ('attempt-request', attempted_at, requested_at), ('request-resume', requested_at, resumed_at), ('request-end', requested_at, ended_at), ('end-return', ended_at, returned_at)) AS s (step, since, until)
      WHERE since IS NOT NULL GROUP BY 1`,
  },
  fees: {
    request: { interval: 'month' },
    sql: `SELECT ${step('month', 'at')} AS start, currency, count(DISTINCT account_id) AS accounts, ${moved('number_fee')} AS "feesPaid", ${moved('number_fee_shortfall')} AS "feesUnpaid", ${moved('unsent_message_credit')} AS credited, ${moved('forfeited')} AS forfeited
      FROM (SELECT account_id, at, kind, amount, currency FROM movements WHERE kind IN ('number_fee', 'number_fee_shortfall', 'unsent_message_credit') UNION ALL SELECT account_id, at, 'forfeited', amount, currency FROM forfeited) AS t GROUP BY 1, 2`,
  },
  releases: {
    request: { interval: 'month' },
    sql: `SELECT ${step('month', 'at')} AS start, kind, outcome, cause, count(*) AS released, count(DISTINCT account_id) AS accounts FROM (${released}) AS released GROUP BY 1, 2, 3, 4`,
  },
  losses: {
    request: {},
    sql: `SELECT ${step('day', 'at')} AS start, kind, status, currency, count(*) AS consequences, count(DISTINCT account_id) AS accounts, sum(registrations)::bigint AS registrations, coalesce(sum(mrr), 0)::bigint AS mrr
      FROM (${lossesToCome} UNION ALL SELECT account_id, 'period-end', 'pending', mrr, 0, period_end FROM open_plans WHERE pending) AS t JOIN accounts USING (account_id) GROUP BY 1, 2, 3, 4`,
  },
} as const satisfies Readonly<Record<ReportName, Second>>;

/** Sums that reports have in common, straight from the log. */
export const totals = `SELECT (SELECT count(*) FROM requests)::bigint AS requested, (SELECT count(*) FROM ended)::bigint AS ended, (SELECT count(*) FROM started)::bigint AS started,
  (SELECT coalesce(sum(amount), 0) FROM movements WHERE kind NOT IN ('card_charge', 'number_fee_shortfall'))::bigint + (SELECT coalesce(sum(amount), 0) FROM forfeited)::bigint AS wallets`;
