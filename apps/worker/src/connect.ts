// The database, if it is as new as this program.
import { migrations } from '#application';
import { connect } from '#postgres';
import { purgesAtOnce } from '#purge';
import { webhookConnections } from '#webhooks';

/**
 * Of a whole worker. Beside the two transactions that fire: sweeper, feeder, reconciler, test clocks, a follower and its next page for each projection,
 * metrics; those of webhooks; two of the auditor; one of the comparison with the carrier; and two for each purge.
 */
export const workerConnections = 26 + webhookConnections + 2 * purgesAtOnce;

/** Throws an `Error` when migrations are missing: they are a step of their own. */
export async function connectMigrated(url: string, poolSize: number) {
  const dataSource = await connect({ url, poolSize, applicationName: 'sunset-worker', migrations });
  if (!(await dataSource.showMigrations())) return dataSource;
  await dataSource.destroy();
  throw new Error('the database has not been migrated: run dist/programs/launch/migrate.js first');
}
