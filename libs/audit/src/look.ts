// One look at some accounts: everything about them that is not as the log says, at one moment.
import type { Alarms } from '#deadlines';
import { across, type Database } from '#postgres';
import { skips } from './followers.js';
import { consequenceGaps, effectGaps, feeGaps } from './gaps.js';
import { queueGaps, type QueueGap } from './queue-gaps.js';
import type { Finding } from './rules.js';

export interface Look {
  readonly findings: readonly Finding[];
  /** Those of the findings whose rows want another alarm. */
  readonly withoutAlarm: readonly QueueGap[];
}

let zones: Promise<readonly string[]> | undefined;

/** What PostgreSQL does not know it cannot reckon in; it is asked once, since that takes a tenth of a second. */
async function knownZones(database: Database): Promise<readonly string[]> {
  zones ??= database.query<{ name: string }>('SELECT lower(name) AS name FROM pg_timezone_names').then((rows) => rows.map(({ name }) => name));
  zones.catch(() => (zones = undefined));
  return zones;
}

/** Reads alone. `alarms`: `null` where the queue is not to be looked into. */
export async function lookAt(database: Database, alarms: Alarms | null, accountIds: readonly string[]): Promise<Look> {
  if (accountIds.length === 0) return { findings: [], withoutAlarm: [] };
  const known = await knownZones(database);
  const tables = await database.snapshot(async () => {
    // What is compiled is used for a second and takes longer than that.
    await database.query(`SELECT set_config('jit', 'off', true)`);
    const consequences = await consequenceGaps(database, accountIds, known);
    return [...consequences, ...(await feeGaps(database, accountIds)), ...(await effectGaps(database, accountIds)), ...(await skips(database, accountIds))];
  });
  const withoutAlarm = alarms === null ? [] : await queueGaps(database, alarms, accountIds);
  return { findings: [...tables, ...withoutAlarm], withoutAlarm };
}

/** The next accounts of which something has happened, in the order of their ids. */
export async function accountsAfter(database: Database, accountId: string, limit: number): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(`${across('every account')}SELECT e.account_id AS id FROM sunset.events e WHERE e.account_id > $1 AND e.version = 1 ORDER BY e.account_id LIMIT $2`, [accountId, limit]);
  return rows.map(({ id }) => id);
}
