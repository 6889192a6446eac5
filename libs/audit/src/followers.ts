// Whether those who follow the log have taken in every event that they are past: their rows are counted against the log, and their cursor is believed in nothing but how far they say to be.
import { across, type Database, ofAccount, ofAccounts } from '#postgres';
import type { auditedFollowers, Finding } from './rules.js';

type Follower = (typeof auditedFollowers)[number];

/**
 * By follower, the accounts of which it has not taken in all that it is past: a statement on `past`, which holds the accounts' events (`account_id`, `version`, `event_id`,
 * `type`, `data`) up to where it says to be.
 */
const lacking: Readonly<Record<Follower, string>> = {
  memberships: `
    SELECT p.account_id FROM (SELECT account_id, max(version) AS version FROM past GROUP BY account_id) p
    LEFT JOIN sunset.memberships m ON ${ofAccount('p.account_id', 'm')} WHERE m.version IS DISTINCT FROM p.version`,
  cancellations: `
    SELECT account_id FROM (
      SELECT account_id, count(DISTINCT data ->> 'subscriptionId') FILTER (WHERE type = 'SubscriptionStarted') AS terms, count(*) FILTER (WHERE type = 'CancellationRequested') AS requests,
        count(DISTINCT data ->> 'subscriptionId') FILTER (WHERE type = 'PeriodEnded') AS ends
      FROM past GROUP BY account_id
    ) p LEFT JOIN (
      SELECT account_id, count(*) FILTER (WHERE entry = 'term') AS terms, count(*) FILTER (WHERE entry = 'cancellation' AND requested_at IS NOT NULL) AS requests,
        count(*) FILTER (WHERE entry = 'term' AND ended_at IS NOT NULL) AS ends
      FROM sunset.cancellations WHERE ${ofAccounts('$1')} GROUP BY account_id
    ) c USING (account_id) WHERE (coalesce(c.terms, 0), coalesce(c.requests, 0), coalesce(c.ends, 0)) <> (p.terms, p.requests, p.ends)`,
  ledger_lines: `
    SELECT DISTINCT p.account_id FROM past p
    WHERE p.type IN ('CardChargeRequested', 'WalletRecharged', 'WalletToppedUp', 'NumberFeesCharged', 'NumberFeesFellShort', 'UnsentMessagesCredited')
      AND NOT EXISTS (SELECT FROM sunset.ledger_lines l WHERE ${ofAccount('p.account_id', 'l')} AND l.entry_id = p.event_id)`,
};

/** Only where the table has been made, and no other one is in use at the same time. */
export async function skips(database: Database, accountIds: readonly string[]): Promise<Finding[]> {
  const followers = await database.query<{ name: string }>(
    `${across('tables of projections')}SELECT DISTINCT p.name FROM sunset.projections p WHERE p.build = 'live' AND to_regclass('sunset.' || p.name) IS NOT NULL AND p.name = ANY ($1)`,
    [Object.keys(lacking)],
  );
  const found: Finding[] = [];
  for (const { name } of followers) {
    const rows = await database.query<{ account_id: string }>(
      `WITH past AS MATERIALIZED (
         SELECT e.account_id, e.version, e.event_id, e.type, e.data FROM sunset.events e
         JOIN sunset.projections p ON p.name = $2 AND p.build = 'live' AND p.shard = e.shard AND e.position <= p.position
         WHERE ${ofAccounts('$1', 'e')}
       ) ${lacking[name as Follower]}`,
      [accountIds, name],
    );
    found.push(...rows.map(({ account_id: accountId }): Finding => ({ accountId, finding: 'skipped', kind: name, subject: '', generation: 0 })));
  }
  return found;
}
