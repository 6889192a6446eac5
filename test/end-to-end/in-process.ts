// The API in the test's own process, on a database of its own, and a worker where one is wanted: for many requests that are to cost little. What is started as
// a process of its own, see `running.ts`, takes seconds of processor time before it answers.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MasterKeys, PersonalData } from '#personal-data';
import { Database } from '#postgres';
import { Projections } from '#projections';
import { createLog } from '#running';
import { readSettings, type ApiSettings } from '../../apps/api/src/http/server/settings.js';
import { migrations } from '../../apps/api/src/migrations.js';
import { connectDatabase, connectReports, createApi } from '../../apps/api/src/start.js';
import { connectMigrated, workerConnections } from '../../apps/worker/src/connect.js';
import { readSettings as readWorkerSettings } from '../../apps/worker/src/settings.js';
import { startWorker } from '../../apps/worker/src/worker.js';
import { freshDatabase } from '../support/database.js';
import { ownRedis } from '../support/redis.js';
import { Client } from './client.js';

type Environment = Readonly<Record<string, string>>;

export interface InProcess {
  readonly app: NestFastifyApplication;
  readonly client: Client;
  readonly url: string;
  /** The one that the API uses, with its pool. */
  readonly database: Database;
  /** With the key that tokens of the sandbox are signed with. */
  readonly dataDir: string;
  /** What another one on the same data would be told by that environment. Throws as a start does. */
  settings(environment: Environment): ApiSettings;
  /** Another one on the same data, as a second process is; it ends with this one. */
  beside(environment: Environment): Promise<InProcess>;
  /** Moves a test clock's hands and nothing else: what passes when no worker runs. */
  letPass(clock: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

/** Call `stop()` in `afterAll`. Nobody waits in vain for a connection because the machine is busy. */
export async function startInProcess(environment: Environment = {}, { worker = false } = {}): Promise<InProcess> {
  const fresh = await freshDatabase({ migrations, poolSize: 1 });
  const dataDir = await mkdtemp(join(tmpdir(), 'sunset-in-process-'));
  const masterKeys = new MasterKeys([randomBytes(32)]);
  const opened: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true }), () => fresh.drop()];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  const redis = worker ? await ownRedis() : null;
  if (redis) opened.push(() => redis.stop());
  const usual = { ...(redis && { REDIS_URL: redis.url }), SANDBOX: 'true', DATABASE_URL: fresh.url, DATA_DIR: dataDir, RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'silent', WAIT_SECONDS: '60' };
  const settings = (wanted: Environment): ApiSettings => readSettings({ ...usual, ...wanted });
  const start = async (wanted: Environment): Promise<InProcess> => {
    const told = settings(wanted);
    const database = await connectDatabase(told, {});
    const reportsDatabase = await connectReports(told, database, {});
    opened.push(() => Promise.all([database.close(), reportsDatabase.close()]));
    const app = await createApi(told, database, masterKeys, { reportsDatabase });
    opened.push(() => app.close());
    await app.get(Projections, { strict: false }).ensureTables();
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      app, database, dataDir, settings, stop,
      client: await Client.connect(await app.getUrl()),
      url: fresh.url,
      beside: start,
      async letPass(clock, to) {
        await database.execute('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [clock, to]);
      },
    };
  };
  const startWorking = async (): Promise<void> => {
    const told = readWorkerSettings({ ...usual, ...environment });
    const dataSource = await connectMigrated(told.databaseUrl, workerConnections);
    opened.push(() => dataSource.destroy());
    const database = new Database(dataSource);
    await new PersonalData(database, masterKeys).begin();
    const working = await startWorker(told, database, masterKeys, createLog('worker', told.logLevel));
    opened.push(() => working.stop());
  };
  try {
    const started = await start(environment);
    if (worker) await startWorking();
    return started;
  } catch (error) {
    await stop();
    throw error;
  }
}
