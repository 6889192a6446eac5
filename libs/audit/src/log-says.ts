// What the log says of every consequence: that it was carried out, was taken back, or is waited for and when. SQL, and nothing of the engine that it watches.
import { ofAccount } from '#postgres';
import { lossRules, type LossRule } from './rules.js';

const lossEvents = [...new Set(lossRules.flatMap(({ by }) => by))];

/** The events that are looked at; each list in quotes, for a statement. */
const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

const looked = ['SubscriptionStarted', 'SubscriptionRenewed', 'CancellationRequested', 'SubscriptionResumed', 'PeriodEnded', 'LossAnnounced', 'DataPurged', 'PurgeStarted', 'AccountImported', ...lossEvents];

/**
 * Parts of a statement that begins with `WITH`, on the account `account.id`, whose events alone it goes through again and again; `$2`: the time zones that PostgreSQL knows, in lower case.
 *
 * `waits` is what the log says: `due_at` (`NULL`: nobody here can say), `carried` (how often), `carried_at`, and `over` (it was taken back, or all that could follow
 * was). A life begins anew with the first plan after an end or a purge, and its number is the generation of what counts from its end.
 */
export const logSays = `
  log AS MATERIALIZED (
    SELECT e.account_id, e.version, e.type, e.effective_at, e.data, e.data ->> 'subscriptionId' AS subject
    FROM sunset.events e WHERE ${ofAccount('account.id', 'e')} AND e.type IN (${listed([...new Set(looked)])})
  ),
  imported AS MATERIALIZED (SELECT account_id, max(version) AS version FROM log WHERE type = 'AccountImported' GROUP BY account_id),
  starts AS MATERIALIZED (
    SELECT account_id, version, type, subject, plan_kind, (1 + count(*) FILTER (WHERE returned) OVER (PARTITION BY account_id ORDER BY version))::int AS lifecycle FROM (
      SELECT account_id, version, type, subject, data ->> 'kind' AS plan_kind,
        type = 'SubscriptionStarted' AND lag(type) OVER (PARTITION BY account_id ORDER BY version) <> 'SubscriptionStarted' AS returned
      FROM log WHERE type IN ('SubscriptionStarted', 'DataPurged') OR (type = 'PeriodEnded' AND (data ->> 'lastPlan')::boolean)
    ) turns
  ),
  ends AS MATERIALIZED (
    SELECT account_id, subject, min(version) AS version, min(effective_at) AS at, bool_or((data ->> 'lastPlan')::boolean) AS last_plan, count(*)::int AS copies
    FROM log WHERE type = 'PeriodEnded' GROUP BY account_id, subject
  ),
  ended AS MATERIALIZED (
    SELECT DISTINCT ON (e.account_id, e.subject) e.*, s.lifecycle, s.plan_kind, s.version AS started, r.data AS promise
    FROM ends e JOIN starts s ON s.account_id = e.account_id AND s.subject = e.subject AND s.type = 'SubscriptionStarted'
    JOIN log r ON r.account_id = e.account_id AND r.subject = e.subject AND r.type = 'CancellationRequested' AND r.version < e.version
    ORDER BY e.account_id, e.subject, r.version DESC
  ),
  lapses AS MATERIALIZED (
    SELECT e.account_id, e.version, e.at, e.lifecycle AS generation, e.subject AS last_subject, e.plan_kind, e.promise,
      (SELECT min(s.version) FROM starts s WHERE s.account_id = e.account_id AND s.version > e.version AND s.type IN ('SubscriptionStarted', 'DataPurged')) AS until
    FROM ended e WHERE e.last_plan
  ),
  periods AS MATERIALIZED (
    SELECT account_id, subject, generation, min(version) AS version, max(ends_at) AS due_at, count(*)::int AS copies, min(starts_at) AS starts_at FROM (
      SELECT account_id, subject, version, coalesce((data ->> 'periodNumber')::int, 1) AS generation, (data #>> '{period,end}')::timestamptz AS ends_at, effective_at AS starts_at
      FROM log WHERE type IN ('SubscriptionStarted', 'SubscriptionRenewed')
    ) told GROUP BY account_id, subject, generation
  ),
  asked AS MATERIALIZED (
    SELECT DISTINCT ON (account_id, subject) account_id, subject, type, (data ->> 'effectiveAt')::timestamptz AS effective_at
    FROM log WHERE type IN ('CancellationRequested', 'SubscriptionResumed') ORDER BY account_id, subject, version DESC
  ),
  waits AS MATERIALIZED (
    ${periodEnds()}
    UNION ALL ${lossRules.map(ofLoss).join(' UNION ALL ')}
  )`;

/** The end of each period is carried out by what begins the next one, or ends the plan; a plan that is cancelled ends when that was promised. */
function periodEnds(): string {
  return `
    SELECT p.account_id, 'period-end' AS kind, p.subject, p.generation,
      CASE WHEN p.next IS NULL AND e.version IS NULL AND a.type = 'CancellationRequested' THEN a.effective_at ELSE p.due_at END AS due_at,
      CASE WHEN p.next IS NULL THEN coalesce(e.copies, 0) ELSE p.next_copies END AS carried,
      CASE WHEN coalesce(p.next, e.version) > coalesce(i.version, 0) THEN CASE WHEN p.next IS NULL THEN e.at ELSE p.next_at END END AS carried_at,
      EXISTS (SELECT FROM log g WHERE g.account_id = p.account_id AND g.type = 'PurgeStarted' AND g.version > p.version) AS over
    FROM (
      SELECT *, lead(version) OVER term AS next, lead(copies) OVER term AS next_copies, lead(starts_at) OVER term AS next_at
      FROM periods WINDOW term AS (PARTITION BY account_id, subject ORDER BY generation)
    ) p
    LEFT JOIN ends e USING (account_id, subject) LEFT JOIN asked a USING (account_id, subject) LEFT JOIN imported i ON i.account_id = p.account_id`;
}

/** By the calendar of the zone in which it was promised, and never before it was told to come; both the most patient of what was promised in that life. */
function ofLoss({ kind, after, unit, by, saysDue, scope }: LossRule): string {
  const calendar = `(c.at AT TIME ZONE c.time_zone + c.after * interval '1 ${unit === 'days' ? 'day' : 'year'}') AT TIME ZONE c.time_zone`;
  const counted = `c.at + c.after * interval '${unit === 'days' ? 24 : 365 * 24} hours'`;
  const happened = saysDue === undefined ? 'h.effective_at' : `(h.data ->> '${saysDue}')::timestamptz`;
  // What an early erasure gives up with the rest is no second time, and none too early.
  const notErased = by.includes('PurgeStarted') ? `h.data ->> 'basis' = 'retention'` : `NOT EXISTS (SELECT FROM log g WHERE g.account_id = c.account_id AND g.type = 'PurgeStarted' AND g.version > c.version AND g.version < h.version)`;
  return `
    SELECT c.account_id, '${kind}' AS kind, c.subject, c.generation,
      greatest(c.told, (
        SELECT max((a.data ->> 'at')::timestamptz) FROM log a
        WHERE a.account_id = c.account_id AND a.type = 'LossAnnounced' AND a.data ->> 'loss' = '${kind}' AND a.version > c.version AND a.version < coalesce(c.until, 2147483647)
      ), CASE WHEN lower(c.time_zone) = ANY ($2) THEN greatest(${calendar}, ${counted}) END) AS due_at,
      done.carried, done.carried_at,
      c.until IS NOT NULL OR EXISTS (SELECT FROM log g WHERE g.account_id = c.account_id AND g.type = 'PurgeStarted' AND g.version > c.version) AS over
    FROM (${scope === undefined ? ofLastPlans(kind, after) : ofScopes(kind, after, scope)}) c
    LEFT JOIN imported i ON i.account_id = c.account_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE ${by.includes('PurgeStarted') ? 'true' : notErased})::int AS carried, min(${happened}) FILTER (WHERE ${notErased} AND h.version > coalesce(i.version, 0)) AS carried_at
      FROM log h WHERE h.account_id = c.account_id AND h.type IN (${listed(by)}) AND h.version > c.version AND h.version < coalesce(c.until, 2147483647)
    ) done`;
}

function ofLastPlans(kind: string, after: string): string {
  return `
    SELECT l.account_id, l.version, l.at, l.generation, '' AS subject, l.until, p.* FROM lapses l CROSS JOIN LATERAL (
      SELECT max((x.promise #>> '{policy,${after}}')::int) AS after, max((x.promise #>> '{told,consequences,${kind}}')::timestamptz) AS told,
        (array_agg(x.promise ->> 'timeZone' ORDER BY x.at DESC, x.started DESC))[1] AS time_zone
      FROM ended x WHERE x.account_id = l.account_id AND x.lifecycle = l.generation AND x.version <= l.version
    ) p`;
}

/** From the end of a Messaging plan where that was promised, until there is one again; from the last end only where none counts already. */
function ofScopes(kind: string, after: string, scope: string): string {
  const follows = (plan: string): string => `${plan}.plan_kind = 'messaging' AND ${plan}.promise #>> '{policy,${scope}}' = 'messaging'`;
  const backOn = (plan: string): string => `
    (SELECT min(s.version) FROM starts s WHERE s.account_id = ${plan}.account_id AND s.version > ${plan}.version AND (s.type = 'DataPurged' OR (s.type = 'SubscriptionStarted' AND s.plan_kind = 'messaging')))`;
  return `
    SELECT m.account_id, m.version, m.at, m.lifecycle AS generation, m.subject, ${backOn('m')} AS until, (m.promise #>> '{policy,${after}}')::int AS after,
      (m.promise #>> '{told,consequences,${kind}}')::timestamptz AS told, m.promise ->> 'timeZone' AS time_zone
    FROM ended m WHERE ${follows('m')}
    UNION ALL SELECT * FROM (${ofLastPlans(kind, after)}) l
    WHERE NOT EXISTS (SELECT FROM ended m WHERE m.account_id = l.account_id AND ${follows('m')} AND m.version <= l.version AND coalesce(${backOn('m')}, 2147483647) > l.version)`;
}
