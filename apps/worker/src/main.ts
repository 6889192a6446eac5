// Starts a worker: settings, database, and everything that is to run. Migrations are a step of their own.
import 'reflect-metadata';
import { masterKeysFrom } from '#personal-data';
import { Database } from '#postgres';
import { connectMigrated } from './connect.js';
import { createLog } from './logging.js';
import { readSettings } from './settings.js';
import { startWorker } from './worker.js';

const settings = readSettings(process.env);
const masterKeys = masterKeysFrom(process.env);
const log = createLog(settings.logLevel);
/** Beside what fires: sweeper, feeder, reconciler, test clocks, one follower for each projection, metrics. */
const dataSource = await connectMigrated(settings.databaseUrl, settings.concurrency + 12);
const starting = startWorker(settings, new Database(dataSource), masterKeys, log);

let stopping: Promise<void> | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // By its own hand: when Redis is away, BullMQ leaves timers behind that would keep the process for ever.
    // One that is still starting is stopped once it has: whoever reads that it started may stop it at once.
    stopping ??= starting.then((worker) => worker.stop()).then(() => dataSource.destroy()).then(() => process.exit(0));
  });
}
await starting;
