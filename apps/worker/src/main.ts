// Starts a worker: settings, database, and everything that is to run. Migrations are a step of their own.
import 'reflect-metadata';
import { masterKeysFrom, PersonalData } from '#personal-data';
import { Database, preparesIn } from '#postgres';
import { asLogger, createLog, tellSeldom } from '#running';
import { startTracing } from '#tracing';
import { connectMigrated, workerConnections } from './connect.js';
import { readSettings } from './settings.js';
import { startWorker } from './worker.js';

const settings = readSettings(process.env);
const masterKeys = masterKeysFrom(process.env);
const log = createLog('worker', settings.logLevel);
const tracing = await startTracing({ service: 'sunset-worker', environment: process.env, onLoss: tellSeldom(asLogger(log), 'spans are lost') });
/** What has not ended by then is cut off: its statements end with their connections, and what was under way is left to its lease. */
const stopLimitMs = 15_000;
const dataSource = await connectMigrated(settings.databaseUrl, workerConnections);
const database = new Database(dataSource, { prepares: preparesIn(process.env) });
// With another key nobody could be read, and whoever is new would be lost to the right one.
await new PersonalData(database, masterKeys).begin();
const starting = startWorker(settings, database, masterKeys, log);

let stopping: Promise<void> | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    setTimeout(() => {
      log.warn('the worker did not end by itself and is cut off');
      process.exit(0);
    }, stopLimitMs);
    // By its own hand: when Redis is away, BullMQ leaves timers behind that would keep the process for ever.
    // One that is still starting is stopped once it has: whoever reads that it started may stop it at once.
    stopping = starting.then((worker) => worker.stop()).then(() => Promise.all([dataSource.destroy(), tracing.close()])).then(() => process.exit(0));
  });
}
await starting;
