// Deadlines that are over leave the table: what happened stands in the log, and the table is as large as what is pending.
import { across, type Database, ofSameAccount } from '#postgres';

/** Deletes up to `batch` that have fired or were void before `keptDays` days; returns how many. To be repeated until it returns less. */
export async function deleteEndedDeadlines(database: Database, keptDays: number, batch: number): Promise<number> {
  const { affected } = await database.execute(
    `${across('what is over')}WITH ended AS MATERIALIZED (
       SELECT shard, account_id, deadline_id FROM sunset.deadlines
       WHERE status IN ('fired', 'void') AND updated_at <= statement_timestamp() - $1 * interval '1 day' ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED
     )
     DELETE FROM sunset.deadlines d USING ended WHERE ${ofSameAccount('d', 'ended')} AND d.deadline_id = ended.deadline_id`,
    [keptDays, batch],
  );
  return affected;
}
