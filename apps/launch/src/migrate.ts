// Brings the database of DATABASE_DIRECT_URL, else DATABASE_URL, up to date and ends. Several at once wait for each other.
import { masterKeysFrom, PersonalData, saysMasterKeys } from '#personal-data';
import { connect, Database, directUrlIn, isPooled } from '#postgres';
import { databaseUrl, readArguments } from '#processes';
import { projections } from '#read-models';
import { migrations } from '../../api/src/migrations.js';
import { settleAnalysts } from './analyst-role.js';
import { grantTo, serviceRoleFrom, settle } from './service-role.js';

readArguments('node dist/programs/launch/migrate.js\n\nBrings the database of DATABASE_DIRECT_URL, else DATABASE_URL, up to date, lets the role of SERVICE_ROLE do what API and workers do, and ends; not where the master keys that are configured, if any are, are others than those in use there.');

const role = serviceRoleFrom(process.env);
const url = databaseUrl();

const database = new Database(await connect({ url: directUrlIn(process.env), migrations, applicationName: 'sunset-migrate', answerLimitMs: null }));
try {
  const personalData = saysMasterKeys(process.env) ? new PersonalData(database, masterKeysFrom(process.env)) : null;
  await personalData?.beginIfMigrated();
  const done = await database.transaction(async () => {
    await database.query(`SELECT pg_advisory_xact_lock(hashtext('sunset.migrations'))`);
    const carriedOut = await database.dataSource.runMigrations();
    if (role !== undefined) await grantTo(database, role, projections.map(({ name }) => name));
    await settleAnalysts(database);
    if (isPooled(url)) await settle(database, role ?? decodeURIComponent(new URL(url).username));
    return carriedOut;
  });
  await personalData?.begin();
  for (const { name } of done) console.log(name);
  console.log(done.length === 0 ? 'nothing to migrate' : `${done.length} migrations done`);
} finally {
  await database.dataSource.destroy();
}
