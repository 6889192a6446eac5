// Starts the API: settings, database, server. Migrations are a step of their own.
import 'reflect-metadata';
import { CommandBus } from '@nestjs/cqrs';
import { reapplyPurges } from '#application';
import { masterKeysFrom, PersonalData } from '#personal-data';
import { Policies } from '#policies';
import { bePresent, sandboxWarning, workerWatch } from '#processes';
import { Projections } from '#projections';
import { openPurgeLedger, Purges } from '#purge';
import { asLogger, createLog, tellSeldom } from '#running';
import { startTracing } from '#tracing';
import { Management } from './health/management.js';
import { readSettings } from './http/server/settings.js';
import { connectDatabase, connectReports, createApi } from './start.js';

const settings = readSettings(process.env);
const masterKeys = masterKeysFrom(process.env);
const log = createLog('api', settings.logLevel);
const logger = asLogger(log);
const tracing = await startTracing({ service: 'sunset-api', environment: process.env, onLoss: tellSeldom(logger, 'spans are lost') });
const database = await connectDatabase(settings, process.env);
// With another key nobody could be read, and whoever is new would be lost to the right one.
await new PersonalData(database, masterKeys).begin();
const reportsDatabase = await connectReports(settings, database, process.env);
const app = await createApi(settings, database, masterKeys, { reportsDatabase, log });
if (await new Policies(database).begin(settings.policy)) {
  log.warn({ policy: settings.policy.version }, 'the policy is new here: npm run policy -- check FILE says what a policy changes, before it is in force');
}
// Analysts may ask before the first worker has started: then the tables are empty, not missing.
await app.get(Projections, { strict: false }).ensureTables();
// A database that was restored serves nobody who was purged since.
const ledger = await openPurgeLedger(settings.purgeLedger, database);
await reapplyPurges(ledger, app.get(Purges, { strict: false }), app.get(CommandBus, { strict: false }));
const presence = await bePresent(database, 'api', masterKeys.ids, logger);
const watches = [workerWatch(database, logger), ...(settings.sandboxInsisted ? [sandboxWarning(logger)] : [])];
for (const watch of watches) watch.start();
/** What has not ended by then is cut off: its statements end with their connections. */
const stopLimitMs = 15_000;
let stopping: Promise<void> | undefined;
let management: Management | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    setTimeout(() => process.exit(0), stopLimitMs).unref();
    // Who asks there is told that it ends until it has.
    stopping = app.close().then(() => Promise.all([...watches.map((watch) => watch.stop()), presence.end(), management?.close()])).then(async () => {
      await Promise.all([reportsDatabase.close(), database.close(), tracing.close()]);
    });
  });
}
if (settings.managementPort !== undefined) management = await Management.listen(app, settings.managementPort, settings.host);
await app.listen({ port: settings.port, host: settings.host });
