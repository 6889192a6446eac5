// The gaps between what the log says and what is armed: each consequence beside its row, the monthly fees, and what the outside world is asked for.
import { type Database, ofAccount } from '#postgres';
import { logSays } from './log-says.js';
import { auditedKinds, type Finding } from './rules.js';

/** Statuses of a row that waits, be it for an operator. */
const armed = `('pending', 'blocked', 'dead')`;

/** Of consequences with a date of their own. */
export async function consequenceGaps(database: Database, accountIds: readonly string[], zones: readonly string[]): Promise<Finding[]> {
  return database.query<Finding>(
    ofEach(`WITH ${logSays}
     SELECT account_id, finding, kind, subject, generation FROM (
       SELECT account_id, kind, subject, generation, CASE
         WHEN w.kind IS NULL THEN CASE WHEN d.status IN ${armed} THEN 'unexplained' END
         WHEN w.carried > 1 THEN 'carried-out-twice'
         WHEN w.carried_at < w.due_at THEN 'carried-out-early'
         WHEN w.carried > 0 OR w.over THEN CASE WHEN d.status IN ${armed} THEN 'armed-though-over' END
         WHEN d.status IS NULL THEN 'not-armed'
         WHEN d.status = 'void' THEN 'void-though-due'
         WHEN d.status = 'fired' THEN 'fired-without-event'
         WHEN d.status <> 'dead' AND d.due_at <> w.due_at THEN 'at-another-instant'
       END AS finding
       FROM (SELECT account_id, kind, subject, generation, due_at, carried, carried_at, over FROM waits) w
       FULL JOIN (
         SELECT account_id, kind, subject, generation, due_at, status FROM sunset.deadlines
         WHERE ${ofAccount('account.id')} AND kind = ANY ($3) AND kind <> 'number-fees'
       ) d USING (account_id, kind, subject, generation)
     ) compared WHERE finding IS NOT NULL`),
    [accountIds, zones, auditedKinds],
  );
}

/**
 * Of the fees of numbers. Whoever certainly has a number that costs something and a plan that goes on, or a boundary of those that were told still before him, waits for
 * a fee, within a month of the last; and no day is billed twice. That a number is certainly his is seen by what never happened to it, so that nothing is found which
 * is right; whoever came back with numbers that were being released is not asked.
 */
export async function feeGaps(database: Database, accountIds: readonly string[]): Promise<Finding[]> {
  return database.query<Finding>(
    ofEach(`WITH log AS MATERIALIZED (
       SELECT e.account_id, e.version, e.type, e.effective_at, e.data, e.data ->> 'subscriptionId' AS subscription_id, e.data ->> 'numberId' AS number_id
       FROM sunset.events e WHERE ${ofAccount('account.id', 'e')} AND e.type IN (
         'AccountOpened', 'AccountChanged', 'SubscriptionStarted', 'PeriodEnded', 'CancellationRequested', 'SubscriptionResumed', 'NumberPurchased', 'NumberRemoved', 'NumberReleaseStarted',
         'NumberReleaseWithdrawn', 'NumberReleaseBlocked', 'NumberFeesCharged', 'DataPurged', 'PurgeStarted'
       )
     ),
     life AS MATERIALIZED (SELECT account_id, coalesce(max(version) FILTER (WHERE type = 'DataPurged'), 0) AS began, bool_or(type = 'PurgeStarted') AND NOT bool_or(type = 'DataPurged') AS ending FROM log GROUP BY account_id),
     costs AS (SELECT account_id FROM log WHERE type = 'AccountOpened' AND (data #>> '{numberFee,amount}')::int > 0),
     open AS MATERIALIZED (
       SELECT s.account_id, s.subscription_id, a.type IS NOT DISTINCT FROM 'CancellationRequested' AS pending FROM log s JOIN life USING (account_id)
       LEFT JOIN LATERAL (
         SELECT type FROM log a WHERE a.account_id = s.account_id AND a.subscription_id = s.subscription_id AND a.type IN ('CancellationRequested', 'SubscriptionResumed') ORDER BY version DESC LIMIT 1
       ) a ON true
       WHERE s.type = 'SubscriptionStarted' AND s.version > life.began AND NOT life.ending
         AND NOT EXISTS (SELECT FROM log e WHERE e.account_id = s.account_id AND e.subscription_id = s.subscription_id AND e.type = 'PeriodEnded')
     ),
     holding AS (
       SELECT account_id FROM costs JOIN life USING (account_id) WHERE EXISTS (SELECT FROM open) AND EXISTS (
         SELECT FROM log n
         WHERE n.type = 'NumberPurchased' AND n.version > life.began AND n.data ->> 'origin' IN ('purchased', 'ported')
           AND NOT EXISTS (SELECT FROM log r WHERE r.type = 'NumberRemoved' AND r.number_id = n.number_id)
           AND NOT EXISTS (SELECT FROM log r WHERE r.type = 'NumberReleaseStarted' AND (r.data -> 'numberIds' ? n.number_id OR r.data -> 'leftIds' ? n.number_id))
       )
     ),
     since AS (SELECT account_id, max(effective_at) AS at FROM log WHERE type <> 'CancellationRequested' GROUP BY account_id),
     told AS (SELECT DISTINCT ON (account_id) account_id, data #> '{told,numberFees}' AS boundaries FROM log WHERE type = 'CancellationRequested' ORDER BY account_id, version DESC),
     waits AS (
       SELECT account_id FROM holding h WHERE (
         EXISTS (SELECT FROM open o WHERE NOT o.pending)
         OR EXISTS (SELECT FROM told t JOIN since USING (account_id), jsonb_array_elements(CASE jsonb_typeof(t.boundaries) WHEN 'array' THEN t.boundaries ELSE '[]' END) b
                    WHERE t.account_id = h.account_id AND (b ->> 'at')::timestamptz > since.at)
       )
     ),
     rows AS (SELECT account_id, generation, due_at FROM sunset.deadlines WHERE ${ofAccount('account.id')} AND kind = 'number-fees' AND status IN ${armed})
     SELECT account_id, 'not-armed' AS finding, 'number-fees' AS kind, '' AS subject, 0 AS generation FROM waits w WHERE NOT EXISTS (SELECT FROM rows r WHERE r.account_id = w.account_id)
     UNION ALL
     SELECT r.account_id, 'at-another-instant', 'number-fees', '', r.generation FROM rows r JOIN since s USING (account_id)
     WHERE r.due_at > s.at + interval '34 days' OR r.due_at <= (SELECT max(f.effective_at) FROM log f WHERE f.account_id = r.account_id AND f.type = 'NumberFeesCharged')
     UNION ALL
     SELECT account_id, 'carried-out-twice', 'number-fees', '', (data ->> 'date')::int FROM log
     WHERE type = 'NumberFeesCharged' AND data ->> 'date' IS NOT NULL GROUP BY account_id, data ->> 'date' HAVING count(*) > 1`),
    [accountIds],
  );
}

/** Numbers that were to be released and are neither released, refused nor kept, and purges that have begun: each has a row with whoever does it. */
export async function effectGaps(database: Database, accountIds: readonly string[]): Promise<Finding[]> {
  return database.query<Finding>(
    ofEach(`WITH log AS MATERIALIZED (
       SELECT e.account_id, e.version, e.type, e.data FROM sunset.events e WHERE ${ofAccount('account.id', 'e')}
         AND e.type IN ('NumberReleaseStarted', 'NumberReleaseWithdrawn', 'NumberReleased', 'NumberReleaseBlocked', 'PurgeStarted', 'DataPurged')
     ),
     unasked AS MATERIALIZED (
       SELECT s.account_id, s.version, number.id FROM log s CROSS JOIN LATERAL jsonb_array_elements_text(s.data -> 'numberIds') AS number (id)
       WHERE s.type = 'NumberReleaseStarted' AND NOT EXISTS (SELECT FROM sunset.effects f WHERE ${ofAccount('s.account_id', 'f')} AND f.kind = 'release-number' AND f.subject = number.id)
     )
     SELECT account_id, 'effect-missing' AS finding, 'release-number' AS kind, id AS subject, 0 AS generation FROM unasked u
     WHERE NOT EXISTS (
       SELECT FROM log l WHERE l.version > u.version AND (l.type = 'DataPurged' OR l.data ->> 'numberId' = u.id OR (l.type = 'NumberReleaseWithdrawn' AND l.data -> 'numberIds' ? u.id))
     )
     UNION ALL
     SELECT s.account_id, 'effect-missing', 'purge', s.data ->> 'purgeId', 0 FROM log s
     WHERE s.type = 'PurgeStarted' AND NOT EXISTS (SELECT FROM log l WHERE l.type = 'DataPurged' AND l.version > s.version)
       AND NOT EXISTS (SELECT FROM sunset.purges p WHERE ${ofAccount('s.account_id', 'p')} AND p.purge_id = s.data ->> 'purgeId')`),
    [accountIds],
  );
}

/** One account after the other, so that what is asked of all events of one goes through no others: `account.id` is whose. */
const ofEach = (ofOne: string): string => `
  SELECT found.account_id AS "accountId", found.finding, found.kind, found.subject, found.generation
  FROM unnest($1::text[]) AS account (id) CROSS JOIN LATERAL (${ofOne}) found (account_id, finding, kind, subject, generation) ORDER BY 1, 3, 4, 5`;
