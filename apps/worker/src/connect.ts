// The database, if it is as new as this program.
import { migrations } from '#application';
import { connect } from '#postgres';

/** Throws an `Error` when migrations are missing: they are a step of their own. */
export async function connectMigrated(url: string, poolSize: number) {
  const dataSource = await connect({ url, poolSize, applicationName: 'sunset-worker', migrations });
  if (!(await dataSource.showMigrations())) return dataSource;
  await dataSource.destroy();
  throw new Error('the database has not been migrated: run dist/programs/launch/migrate.js first');
}
