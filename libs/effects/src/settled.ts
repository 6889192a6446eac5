// Effects that are settled leave the table with the history of their attempts: what came of them stands in the log, and the table is as large as what is open.
import { across, type Database, ofSameAccount } from '#postgres';

/** The storm guard compares with what was begun within so many days: none is deleted sooner. */
export const keptDaysLeast = 31;

/** Deletes up to `batch` that were settled before `keptDays` days, and their attempts; returns how many. To be repeated until it returns less. */
export async function deleteSettledEffects(database: Database, keptDays: number, batch: number): Promise<number> {
  const { affected } = await database.execute(
    `${across('what is over')}WITH settled AS MATERIALIZED (
       SELECT shard, account_id, effect_id FROM sunset.effects
       WHERE settled_at <= statement_timestamp() - $1 * interval '1 day' ORDER BY settled_at LIMIT $2 FOR UPDATE SKIP LOCKED
     )
     DELETE FROM sunset.effects e USING settled WHERE ${ofSameAccount('e', 'settled')} AND e.effect_id = settled.effect_id`,
    [keptDays, batch],
  );
  return affected;
}
