// What the second computation counts in: the log of a past and what follows from it, in tables of a transaction's own. They know neither the projections nor their tables nor the views.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';

/** `null`: the present. */
export interface SecondPast {
  readonly asOf: Instant | null;
  readonly knownAt: Instant | null;
}

type Told = Readonly<Record<string, unknown>>;

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
  accounts: `SELECT l.account_id, l.data ->> 'testClockId' AS clock, l.data ->> 'currency' AS currency, least(coalesce(c.now, now()), ${literal(asOf)}) AS account_now
    FROM log l LEFT JOIN sunset.test_clocks c ON c.test_clock_id = l.data ->> 'testClockId' WHERE l.type = 'AccountOpened'`,
  purges: `SELECT account_id, version, at FROM log WHERE type = 'DataPurged'`,
  started: `SELECT account_id, version, at, sub, data ->> 'kind' AS kind, data ->> 'timeZone' AS zone, data ->> 'returned' IS NOT NULL AS returned,
      CASE WHEN data ->> 'returned' IS NOT NULL THEN (SELECT coalesce(string_agg(lost, ', ' ORDER BY lost), '') FROM jsonb_array_elements_text(data -> 'returned' -> 'lost') AS lost) END AS lost
    FROM log WHERE type = 'SubscriptionStarted'`,
  ended: `SELECT account_id, version, at, sub, (data ->> 'lastPlan')::boolean AS last_plan FROM log WHERE type = 'PeriodEnded'`,
  priced: `SELECT account_id, version, at, sub, data ->> 'planId' AS plan, (data -> 'period' ->> 'end')::timestamptz AS period_end, type = 'SubscriptionStarted' AND data ->> 'trialDays' IS NOT NULL AS trial,
      (data -> 'price' ->> 'amount')::bigint AS price, data -> 'price' ->> 'currency' AS currency, CASE data ->> 'interval' WHEN 'year' THEN 12 ELSE 1 END AS months
    FROM log WHERE type IN ('SubscriptionStarted', 'SubscriptionRenewed')`,
  plans: `SELECT *, CASE WHEN trial THEN 0 ELSE round(price::numeric / months)::bigint END AS mrr, lag(plan) OVER term AS plan_before, lag(concat_ws(' ', plan, price, trial)) OVER term AS price_before FROM priced WINDOW term AS (PARTITION BY account_id, sub ORDER BY version)`,
  stretches: stretches('1', 'p.plan_before IS DISTINCT FROM p.plan'),
  prices: stretches('p.mrr', "concat_ws(' ', p.plan, p.price, p.trial) IS DISTINCT FROM p.price_before"),
  customers: `SELECT s.account_id, s.at AS since, s.at AS started_at, e.at AS until, e.at AS ended_at, s.returned AS came_back, s.zone, 1 AS weight, a.account_now
    FROM (SELECT *, lag(is_end) OVER (PARTITION BY account_id ORDER BY version) AS after_end FROM (SELECT account_id, version, at, zone, returned, false AS is_end FROM started UNION ALL SELECT account_id, version, at, NULL, NULL, true FROM ended WHERE last_plan) AS changes) AS s
    JOIN accounts a USING (account_id) LEFT JOIN LATERAL (SELECT at FROM ended n WHERE n.account_id = s.account_id AND n.last_plan AND n.version > s.version ORDER BY n.version LIMIT 1) AS e ON true WHERE NOT s.is_end AND coalesce(s.after_end, true)`,
  requests: `SELECT account_id, version, at, sub, coalesce(data ->> 'attemptId', event_id) AS id, data ->> 'reason' AS reason, channel, role, (data ->> 'effectiveAt')::timestamptz AS effective_at, data ->> 'timeZone' AS zone,
      data -> 'told' -> 'consequences' AS dates FROM log WHERE type = 'CancellationRequested'`,
  attempts: `SELECT account_id, version, at, sub, data ->> 'attemptId' AS id, data ->> 'reason' AS reason, channel, role, (data ->> 'expiresAt')::timestamptz AS expires_at FROM log WHERE type = 'CancellationAttempted'`,
  resumed: `SELECT account_id, version, at, sub FROM log WHERE type = 'SubscriptionResumed'`,
  wishes: `SELECT account_id, id, sub, a.version AS attempt, r.version AS request, coalesce(r.version, a.version) AS last, coalesce(a.version, r.version) AS first, a.at AS attempted_at, r.at AS requested_at, a.expires_at,
      CASE WHEN r.version IS NULL THEN a.reason ELSE r.reason END AS reason, coalesce(r.channel, a.channel) AS channel, r.effective_at, r.zone, r.dates FROM attempts a FULL JOIN requests r USING (account_id, sub, id)`,
  taken_back: `SELECT w.*, (SELECT r.at FROM resumed r WHERE r.account_id = w.account_id AND r.sub = w.sub AND r.version > w.request ORDER BY r.version LIMIT 1) AS resumed_at FROM wishes w`,
  over: `SELECT t.*, e.at AS ended_at, e.version AS ended, e.last_plan FROM taken_back t LEFT JOIN ended e ON e.account_id = t.account_id AND e.sub = t.sub AND t.request IS NOT NULL AND t.resumed_at IS NULL`,
  cancellations: `SELECT o.*, s.kind, a.account_now, a.clock, p.plan, p.mrr, p.trial, p.currency, n.at AS returned_at, n.lost, coalesce(o.attempted_at, o.requested_at) AS opened_at,
      (SELECT count(*) FROM plans p WHERE p.account_id = o.account_id AND p.sub = o.sub AND p.version < o.last) AS periods,
      (SELECT count(*) FROM requests r WHERE r.account_id = o.account_id AND r.sub = o.sub AND r.version < o.last) AS before,
      (SELECT min(p.at) FROM purges p WHERE p.account_id = o.account_id AND p.version > o.first) AS purged_at
    FROM over o JOIN started s USING (account_id, sub) JOIN accounts a USING (account_id)
      LEFT JOIN LATERAL (SELECT * FROM plans p WHERE p.account_id = o.account_id AND p.sub = o.sub AND p.version < o.last ORDER BY p.version DESC LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (SELECT * FROM started n WHERE n.account_id = o.account_id AND n.version > o.ended AND (n.returned OR n.kind = s.kind)
        AND NOT EXISTS (SELECT FROM purges p WHERE p.account_id = o.account_id AND p.version BETWEEN o.first AND n.version) ORDER BY n.version LIMIT 1) AS n ON true`,
  told: `SELECT *, CASE WHEN returned_at IS NOT NULL THEN 'returned' WHEN ended_at IS NOT NULL THEN 'ended' WHEN resumed_at IS NOT NULL THEN 'resumed' WHEN requested_at IS NOT NULL THEN 'pending'
      WHEN expires_at <= account_now THEN 'abandoned' ELSE 'attempted' END AS outcome FROM cancellations`,
  charges: `SELECT c.account_id, c.at, c.data ->> 'purpose' AS purpose, (c.data -> 'amount' ->> 'amount')::bigint AS amount,
      EXISTS (SELECT FROM log o WHERE o.account_id = c.account_id AND o.type = 'ChargeCollected' AND o.data ->> 'chargeId' = c.data ->> 'chargeId') AS is_collected,
      EXISTS (SELECT FROM log o WHERE o.account_id = c.account_id AND o.type = 'ChargeFailed' AND o.data ->> 'chargeId' = c.data ->> 'chargeId') AS is_failed
    FROM log c WHERE c.type = 'CardChargeRequested'`,
  movements: `SELECT account_id, version, at, CASE type WHEN 'CardChargeRequested' THEN 'card_charge' WHEN 'WalletRecharged' THEN 'auto_recharge' WHEN 'WalletToppedUp' THEN 'top_up' WHEN 'NumberFeesCharged' THEN 'number_fee'
        WHEN 'NumberFeesFellShort' THEN 'number_fee_shortfall' ELSE 'unsent_message_credit' END AS kind,
      CASE WHEN type IN ('CardChargeRequested', 'WalletRecharged') THEN 'card' ELSE 'wallet' END AS source, (data -> 'amount' ->> 'amount')::bigint * CASE type WHEN 'NumberFeesCharged' THEN -1 ELSE 1 END AS amount, data -> 'amount' ->> 'currency' AS currency
    FROM log WHERE type IN ('WalletRecharged', 'WalletToppedUp', 'NumberFeesCharged', 'NumberFeesFellShort', 'UnsentMessagesCredited') OR type = 'CardChargeRequested' AND data ->> 'purpose' = 'plan'`,
  forfeited: `SELECT p.account_id, p.at, -sum(m.amount) AS amount, max(m.currency) AS currency FROM (SELECT *, lag(version, 1, 0) OVER (PARTITION BY account_id ORDER BY version) AS after FROM purges) p
    JOIN movements m ON m.account_id = p.account_id AND m.version BETWEEN p.after AND p.version AND m.kind NOT IN ('card_charge', 'number_fee_shortfall') GROUP BY p.account_id, p.version, p.at HAVING sum(m.amount) <> 0`,
  lives: `SELECT a.account_id, coalesce(max(s.version), 0) AS last_start, (SELECT max(p.version) FROM log p WHERE p.account_id = a.account_id AND p.type = 'PurgeStarted') AS purge_started
    FROM accounts a LEFT JOIN started s USING (account_id) GROUP BY a.account_id`,
  open_plans: `SELECT DISTINCT ON (p.account_id, p.sub) p.account_id, p.sub, p.plan, p.period_end, p.mrr, EXISTS (SELECT FROM taken_back t WHERE t.account_id = p.account_id AND t.sub = p.sub AND t.request IS NOT NULL AND t.resumed_at IS NULL) AS pending
    FROM plans p WHERE NOT EXISTS (SELECT FROM ended e WHERE e.account_id = p.account_id AND e.sub = p.sub) ORDER BY p.account_id, p.sub, p.version DESC`,
  lapses: `SELECT e.account_id, e.version, e.at FROM ended e JOIN lives v USING (account_id) WHERE e.last_plan AND e.version > v.last_start AND coalesce(v.purge_started, 0) < v.last_start`,
  promises: `SELECT t.account_id, t.sub, t.zone, t.dates, s.version AS started, coalesce(e.at, o.period_end) AS ends_at, e.version AS ended,
      (SELECT coalesce(max(b.version), 0) FROM ended b WHERE b.account_id = t.account_id AND b.last_plan AND b.version < coalesce(e.version, 2147483647)) AS behind
    FROM taken_back t JOIN started s USING (account_id, sub) LEFT JOIN ended e USING (account_id, sub) LEFT JOIN open_plans o USING (account_id, sub) WHERE t.request IS NOT NULL AND t.resumed_at IS NULL`,
  ends: `SELECT account_id, version AS lapse, at, (SELECT coalesce(max(b.version), 0) FROM ended b WHERE b.account_id = l.account_id AND b.last_plan AND b.version < l.version) AS behind FROM lapses l
    UNION ALL SELECT o.account_id, NULL, max(o.period_end), (SELECT coalesce(max(b.version), 0) FROM ended b WHERE b.account_id = o.account_id AND b.last_plan) FROM open_plans o GROUP BY o.account_id HAVING bool_and(o.pending)`,
  number_changes: `SELECT account_id, version, data ->> 'numberId' AS number, type FROM log WHERE type IN ('NumberPurchased', 'NumberRemoved', 'NumberReleased', 'NumberReleaseBlocked')
    UNION ALL SELECT account_id, version, jsonb_array_elements_text(data -> 'leftIds'), 'left' FROM log WHERE type = 'NumberReleaseStarted'`,
  registrations: `SELECT account_id, version, type IN ('TenDlcApplied', 'TenDlcRegistered') AS stands FROM log WHERE type IN ('TenDlcApplied', 'TenDlcRegistered', 'TenDlcExpired', 'DataPurged')`,
});

/** The stretches of terms on one plan, or at one price: each begins with a period that `begins` one. */
function stretches(weight: string, begins: string): string {
  return `SELECT p.account_id, p.sub, p.plan, p.trial, p.currency, s.kind, s.zone, s.returned AS came_back, p.at AS since, s.at AS started_at, e.at AS ended_at, coalesce(lead(p.at) OVER (PARTITION BY p.account_id, p.sub ORDER BY p.version), e.at) AS until, ${weight} AS weight, a.account_now
    FROM plans p JOIN started s USING (account_id, sub) JOIN accounts a USING (account_id) LEFT JOIN ended e USING (account_id, sub) WHERE ${begins}`;
}
