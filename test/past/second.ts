// The figures of reports a second time, by other means: plain SQL on the log, which knows neither the projections nor their tables nor the views.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';
import type { ReportName, ReportRequest, ReportRow } from '#read-models';

/** `null`: the present. */
export interface SecondPast {
  readonly asOf: Instant | null;
  readonly knownAt: Instant | null;
}

type Told = Readonly<Record<string, unknown>>;

/** Row by row, in no order; of each, what is counted a second time. */
export interface Second {
  readonly request: ReportRequest;
  readonly sql: string;
  /** Of the first computation, which rows are meant. */
  readonly meant?: (row: ReportRow) => boolean;
}

/** Runs `work` where the log of that past and what follows from it lie in tables of the transaction's own. */
export async function inSecondPast<T>(database: Database, past: SecondPast, work: (rows: (sql: string) => Promise<readonly Told[]>) => Promise<T>): Promise<T> {
  return database.transaction(async () => {
    for (const [name, sql] of Object.entries(tablesOf(past))) {
      await database.query(`/* across accounts: reports */ CREATE TEMP TABLE ${name} ON COMMIT DROP AS ${sql}`);
      await database.query(`CREATE INDEX ON ${name} (account_id); ANALYZE ${name}`);
    }
    return work((sql) => database.query(sql));
  });
}

const literal = (at: Instant | null): string => (at === null ? `'infinity'::timestamptz` : `'${at}'::timestamptz`);

const tablesOf = ({ asOf, knownAt }: SecondPast): Readonly<Record<string, string>> => ({
  log: `SELECT account_id, version, type, effective_at AS at, event_id::text AS event_id, data, data ->> 'subscriptionId' AS sub, metadata ->> 'channel' AS channel, metadata -> 'actor' ->> 'role' AS role
    FROM sunset.events WHERE effective_at <= ${literal(asOf)} AND recorded_at <= ${literal(knownAt)}`,
  accounts: `SELECT l.account_id, l.data ->> 'testClockId' AS clock, least(coalesce(c.now, now()), ${literal(asOf)}) AS account_now
    FROM log l LEFT JOIN sunset.test_clocks c ON c.test_clock_id = l.data ->> 'testClockId' WHERE l.type = 'AccountOpened'`,
  purges: `SELECT account_id, version, at FROM log WHERE type = 'DataPurged'`,
  started: `SELECT account_id, version, at, sub, data ->> 'kind' AS kind, data ->> 'timeZone' AS zone, data ->> 'returned' IS NOT NULL AS returned FROM log WHERE type = 'SubscriptionStarted'`,
  ended: `SELECT account_id, version, at, sub, (data ->> 'lastPlan')::boolean AS last_plan FROM log WHERE type = 'PeriodEnded'`,
  plans: `SELECT account_id, version, at, sub, type, data ->> 'planId' AS plan, data ->> 'interval' AS every, (data -> 'period' ->> 'end')::timestamptz AS period_end, lag(data ->> 'planId') OVER (PARTITION BY account_id, sub ORDER BY version) AS plan_before
    FROM log WHERE type IN ('SubscriptionStarted', 'SubscriptionRenewed')`,
  stretches: `SELECT p.account_id, p.sub, p.plan, s.kind, s.zone, p.at AS since, s.at AS started_at, e.at AS ended_at, coalesce(lead(p.at) OVER (PARTITION BY p.account_id, p.sub ORDER BY p.version), e.at) AS until, a.account_now, a.clock
    FROM plans p JOIN started s USING (account_id, sub) JOIN accounts a USING (account_id) LEFT JOIN ended e USING (account_id, sub) WHERE p.plan_before IS DISTINCT FROM p.plan`,
  requests: `SELECT account_id, version, at, sub, coalesce(data ->> 'attemptId', event_id) AS id, data ->> 'reason' AS reason, channel, role FROM log WHERE type = 'CancellationRequested'`,
  attempts: `SELECT account_id, version, at, sub, data ->> 'attemptId' AS id, data ->> 'reason' AS reason, channel, role, (data ->> 'expiresAt')::timestamptz AS expires_at FROM log WHERE type = 'CancellationAttempted'`,
  resumed: `SELECT account_id, version, at, sub FROM log WHERE type = 'SubscriptionResumed'`,
  wishes: `SELECT account_id, id, sub, a.version AS attempt, r.version AS request, coalesce(r.version, a.version) AS last, coalesce(a.version, r.version) AS first, a.at AS attempted_at, r.at AS requested_at, a.expires_at,
      CASE WHEN r.version IS NULL THEN a.reason ELSE r.reason END AS reason, coalesce(r.channel, a.channel) AS channel FROM attempts a FULL JOIN requests r USING (account_id, sub, id)`,
  taken_back: `SELECT w.*, (SELECT r.at FROM resumed r WHERE r.account_id = w.account_id AND r.sub = w.sub AND r.version > w.request ORDER BY r.version LIMIT 1) AS resumed_at FROM wishes w`,
  over: `SELECT t.*, e.at AS ended_at, e.version AS ended FROM taken_back t LEFT JOIN ended e ON e.account_id = t.account_id AND e.sub = t.sub AND t.request IS NOT NULL AND t.resumed_at IS NULL`,
  cancellations: `SELECT o.*, s.kind, a.account_now, a.clock,
      (SELECT p.plan FROM plans p WHERE p.account_id = o.account_id AND p.sub = o.sub AND p.version < o.last ORDER BY p.version DESC LIMIT 1) AS plan,
      (SELECT count(*) FROM plans p WHERE p.account_id = o.account_id AND p.sub = o.sub AND p.version < o.last) AS periods,
      (SELECT count(*) FROM requests r WHERE r.account_id = o.account_id AND r.sub = o.sub AND r.version < o.last) AS before,
      (SELECT min(p.at) FROM purges p WHERE p.account_id = o.account_id AND p.version > o.first) AS purged_at,
      (SELECT n.at FROM started n WHERE n.account_id = o.account_id AND n.version > o.ended AND (n.returned OR n.kind = s.kind)
        AND NOT EXISTS (SELECT FROM purges p WHERE p.account_id = o.account_id AND p.version BETWEEN o.first AND n.version) ORDER BY n.version LIMIT 1) AS returned_at,
      coalesce(o.attempted_at, o.requested_at) AS opened_at
    FROM over o JOIN started s USING (account_id, sub) JOIN accounts a USING (account_id)`,
  told: `SELECT *, CASE WHEN returned_at IS NOT NULL THEN 'returned' WHEN ended_at IS NOT NULL THEN 'ended' WHEN resumed_at IS NOT NULL THEN 'resumed' WHEN requested_at IS NOT NULL THEN 'pending'
      WHEN expires_at <= account_now THEN 'abandoned' ELSE 'attempted' END AS outcome FROM cancellations`,
  charges: `SELECT c.account_id, c.at, c.data ->> 'purpose' AS purpose, (c.data -> 'amount' ->> 'amount')::bigint AS amount,
      EXISTS (SELECT FROM log o WHERE o.account_id = c.account_id AND o.type = 'ChargeCollected' AND o.data ->> 'chargeId' = c.data ->> 'chargeId') AS is_collected,
      EXISTS (SELECT FROM log o WHERE o.account_id = c.account_id AND o.type = 'ChargeFailed' AND o.data ->> 'chargeId' = c.data ->> 'chargeId') AS is_failed
    FROM log c WHERE c.type = 'CardChargeRequested'`,
  movements: `SELECT account_id, version, at, CASE type WHEN 'CardChargeRequested' THEN 'card_charge' WHEN 'WalletRecharged' THEN 'auto_recharge' WHEN 'WalletToppedUp' THEN 'top_up' WHEN 'NumberFeesCharged' THEN 'number_fee'
        WHEN 'NumberFeesFellShort' THEN 'number_fee_shortfall' ELSE 'unsent_message_credit' END AS kind,
      CASE WHEN type IN ('CardChargeRequested', 'WalletRecharged') THEN 'card' ELSE 'wallet' END AS source, (data -> 'amount' ->> 'amount')::bigint * CASE type WHEN 'NumberFeesCharged' THEN -1 ELSE 1 END AS amount
    FROM log WHERE type IN ('WalletRecharged', 'WalletToppedUp', 'NumberFeesCharged', 'NumberFeesFellShort', 'UnsentMessagesCredited') OR type = 'CardChargeRequested' AND data ->> 'purpose' = 'plan'`,
  forfeited: `SELECT p.account_id, p.at, -sum(m.amount) AS amount FROM (SELECT *, lag(version, 1, 0) OVER (PARTITION BY account_id ORDER BY version) AS after FROM purges) p
    JOIN movements m ON m.account_id = p.account_id AND m.version BETWEEN p.after AND p.version AND m.kind NOT IN ('card_charge', 'number_fee_shortfall') GROUP BY p.account_id, p.version, p.at HAVING sum(m.amount) <> 0`,
  lives: `SELECT a.account_id, coalesce(max(s.version), 0) AS last_start, (SELECT max(p.version) FROM log p WHERE p.account_id = a.account_id AND p.type = 'PurgeStarted') AS purge_started
    FROM accounts a LEFT JOIN started s USING (account_id) GROUP BY a.account_id`,
  open_plans: `SELECT DISTINCT ON (p.account_id, p.sub) p.account_id, p.sub, p.plan, p.period_end, EXISTS (SELECT FROM taken_back t WHERE t.account_id = p.account_id AND t.sub = p.sub AND t.request IS NOT NULL AND t.resumed_at IS NULL) AS pending
    FROM plans p WHERE NOT EXISTS (SELECT FROM ended e WHERE e.account_id = p.account_id AND e.sub = p.sub) ORDER BY p.account_id, p.sub, p.version DESC`,
  lapses: `SELECT e.account_id, e.version FROM ended e JOIN lives v USING (account_id) WHERE e.last_plan AND e.version > v.last_start AND coalesce(v.purge_started, 0) < v.last_start`,
});

const step = (interval: string, at: string): string => `date_trunc('${interval}', ${at} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;

const counted = 'count(requested_at) AS requested, count(resumed_at) AS resumed, count(ended_at) AS ended, count(returned_at) AS returned';

const within = (days: number): string => `count(*) FILTER (WHERE returned_at - ended_at <= interval '${days * 24} hours') AS "returnedWithin${days}Days"`;

const losses: readonly (readonly [kind: string, over: string])[] = [
  ['release-numbers', `'NumberReleaseStarted', 'NumbersReleased'`], ['expire-ten-dlc', `'TenDlcExpired', 'TenDlcExpirySkipped'`], ['purge-data', `'PurgeStarted'`],
];

const isHeld = `EXISTS (SELECT FROM log h WHERE h.account_id = l.account_id AND h.type = 'LegalHoldPlaced' AND NOT EXISTS (SELECT FROM log x WHERE x.account_id = h.account_id AND x.type = 'LegalHoldLifted' AND x.data ->> 'holdId' = h.data ->> 'holdId'))`;

/** Each once, in steps and groups that touch everything it counts; the reports that are not here are counted a second time in `test/insights`, of the present. */
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
      FROM (SELECT account_id, sub, kind, account_now, min(opened_at) AS opened_at, count(attempt) AS attempts, min(attempted_at) AS attempted_at, max(expires_at) AS expires_at, max(requested_at) AS requested_at, max(resumed_at) AS resumed_at,
        max(ended_at) AS ended_at, max(returned_at) AS returned_at FROM told GROUP BY account_id, sub, kind, account_now, periods, before) AS wishes GROUP BY 1, 2`,
  },
  returns: {
    request: { interval: 'month', groupBy: ['reason'] },
    sql: `SELECT ${step('month', 'ended_at')} AS start, reason, count(*) AS ended, count(returned_at) AS returned, ${[14, 30, 365].map(within).join(', ')}, count(purged_at) AS purged,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM returned_at - ended_at) / 86400)::integer) AS "medianDaysToReturn" FROM told WHERE ended_at IS NOT NULL GROUP BY 1, 2`,
  },
  churn: {
    request: { interval: 'month', groupBy: ['planId'] },
    sql: `SELECT start, plan AS "planId", count(*) FILTER (WHERE was_open AND (until IS NOT NULL OR account_now >= start)) AS "openAtStart", count(*) FILTER (WHERE begins AND since = started_at) AS started,
        count(*) FILTER (WHERE begins AND since <> started_at) AS "movedIn", count(*) FILTER (WHERE leaves AND until = ended_at) AS ended, count(*) FILTER (WHERE leaves AND until IS DISTINCT FROM ended_at) AS "movedOut",
        count(*) FILTER (WHERE was_open AND ended_at >= start AND ended_at < next) AS "endedOfOpen", coalesce(bool_and(NOT (account_now >= start AND account_now < next)), true) AS complete
      FROM (
        SELECT s.*, m.*, since < start AND (until IS NULL OR until >= start) AS was_open, since >= start AND since < next AS begins, coalesce(until >= start AND until < next, false) AS leaves, max(account_now) OVER (PARTITION BY plan) AS lived
        FROM stretches s CROSS JOIN (SELECT greatest(at AT TIME ZONE 'UTC', first) AS start, least((at + interval '1 month') AT TIME ZONE 'UTC', last) AS next
          FROM (SELECT min(since) AS first, max(account_now) + interval '1 ms' AS last FROM stretches) b, generate_series(date_trunc('month', first AT TIME ZONE 'UTC'), (last - interval '1 ms') AT TIME ZONE 'UTC', interval '1 month') AS at) m
      ) AS t WHERE start <= lived GROUP BY 1, 2`,
  },
  cohorts: {
    request: { interval: 'month', groupBy: ['planKind'] },
    sql: `SELECT ${step('month', 'started_at')} AS start, kind AS "planKind", age, count(*) AS size, count(*) FILTER (WHERE ended_at IS NULL OR ended_at > least(reached, account_now)) AS remaining, bool_and(reached <= account_now) AS complete
      FROM (SELECT s.*, age, CASE age WHEN 0 THEN started_at ELSE (started_at AT TIME ZONE zone + age * interval '1 month') AT TIME ZONE zone END AS reached,
          CASE WHEN age <= 1 THEN started_at ELSE (started_at AT TIME ZONE zone + (age - 1) * interval '1 month') AT TIME ZONE zone END AS before
        FROM stretches s CROSS JOIN generate_series(0, 60) AS age WHERE since = started_at) AS t WHERE before <= account_now GROUP BY 1, 2, 3`,
  },
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
} as const satisfies { readonly [Name in ReportName]?: Second };

/** What is to be lost, whenever it comes: of it the dates follow from a calendar that is not computed a second time here. */
export const lossesToCome = losses.map(([kind, over]) =>
  `SELECT '${kind}' AS kind, CASE WHEN '${kind}' = 'purge-data' AND ${isHeld} THEN 'held' ELSE 'pending' END AS status, count(*) AS accounts FROM lapses l
   WHERE NOT EXISTS (SELECT FROM log o WHERE o.account_id = l.account_id AND o.version > l.version AND o.type IN (${over})) AND NOT EXISTS (SELECT FROM log o WHERE o.account_id = l.account_id AND o.version > l.version AND o.type = 'PurgeStarted') GROUP BY 2
   UNION ALL
   SELECT '${kind}', 'planned', count(*) FROM (SELECT account_id FROM open_plans GROUP BY account_id HAVING bool_and(pending)) AS leaving HAVING count(*) > 0`).join(' UNION ALL ');

/** Sums that reports have in common, straight from the log. */
export const totals = `SELECT (SELECT count(*) FROM requests)::bigint AS requested, (SELECT count(*) FROM ended)::bigint AS ended, (SELECT count(*) FROM started)::bigint AS started,
  (SELECT coalesce(sum(amount), 0) FROM movements WHERE kind NOT IN ('card_charge', 'number_fee_shortfall'))::bigint + (SELECT coalesce(sum(amount), 0) FROM forfeited)::bigint AS wallets`;
