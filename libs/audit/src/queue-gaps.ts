// Rows that were given an alarm of which the queue knows nothing.
import type { Alarm, Alarms } from '#deadlines';
import { type Database, ofAccounts } from '#postgres';
import type { Finding } from './rules.js';

/** What becomes due sooner may ring while it is looked for; the feeder sees to it anyway. */
const soonMs = 15_000;

/** As far ahead as alarms are set. */
const horizonMs = 3_600_000;

type Fed = Alarm & { readonly kind: string; readonly subject: string; readonly alarmAt: string };

export interface QueueGap extends Finding {
  readonly deadlineId: string;
}

/** Of accounts on real time, as far as an alarm was set: within the horizon. Empty while the queue is away, which is seen elsewhere. */
export async function queueGaps(database: Database, alarms: Alarms, accountIds: readonly string[]): Promise<QueueGap[]> {
  if (!alarms.available) return [];
  const fed = await fedRows(database, accountIds);
  if (fed.length === 0) return [];
  const missing = new Set((await alarms.missing(fed)).map(({ deadlineId }) => deadlineId));
  if (missing.size === 0) return [];
  // What was changed meanwhile has another alarm, or none; what was just being set is there by now.
  const before = new Map(fed.filter(({ deadlineId }) => missing.has(deadlineId)).map((row) => [row.deadlineId, row.alarmAt]));
  const still = (await fedRows(database, accountIds)).filter(({ deadlineId, alarmAt }) => before.get(deadlineId) === alarmAt);
  const gone = new Set((await alarms.missing(still)).map(({ deadlineId }) => deadlineId));
  return still
    .filter(({ deadlineId }) => gone.has(deadlineId))
    .map(({ deadlineId, accountId, kind, subject, generation }) => ({ deadlineId, accountId, finding: 'not-in-queue', kind, subject, generation }));
}

/** Until its alarm is set `alarm_at` lies the horizon before the due date, hence in the past for what is due within it. */
const fedRows = (database: Database, accountIds: readonly string[]): Promise<Fed[]> =>
  database.query<Fed>(
    `SELECT deadline_id AS "deadlineId", generation, account_id AS "accountId", kind, subject, wake_at AS "wakeAt", attempts, 0 AS "delayMs", alarm_at::text AS "alarmAt" FROM sunset.deadlines
     WHERE ${ofAccounts('$1')} AND status = 'pending' AND test_clock_id IS NULL AND alarm_at > statement_timestamp() AND wake_at > statement_timestamp() + $2 * interval '1 ms'
       AND wake_at <= statement_timestamp() + $3 * interval '1 ms'`,
    [accountIds, soonMs, horizonMs],
  );
