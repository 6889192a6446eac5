// The whole service for one spec file: a migrated database, a Redis, the API, workers, and a client.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { run } from '../../apps/launch/processes.mjs';
import { freshDatabase } from '../support/database.js';
import { ownRedis } from '../support/redis.js';
import { startService, type Service } from '../support/service.js';
import { Client } from './client.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How long a hook that starts or stops it may take on a busy machine. */
export const startLimitMs = 120_000;

export interface Running {
  readonly service: Service;
  readonly client: Client;
  readonly databaseUrl: string;
  /** Moves a test clock's hands and nothing else: what passes when no worker runs. */
  letPass(clock: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

/** Call `stop()` in `afterAll`. */
export async function startRunning({ workers = 1, redis = true, environment = {} }: { workers?: number; redis?: boolean; environment?: Record<string, string> } = {}): Promise<Running> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const database = await freshDatabase({ poolSize: 1 });
    opened.push(() => database.drop());
    const queue = redis ? await ownRedis() : null;
    if (queue) opened.push(() => queue.stop());
    const settings = { RATE_LIMIT_PER_MINUTE: '0', SUNSET_MASTER_KEY: randomBytes(32).toString('base64'), SUNSET_MASTER_KEY_FILE: '', ...environment };
    await migrate(database.url, settings);
    const service = await startService({ databaseUrl: database.url, ...(queue && { redisUrl: queue.url }), workers, environment: settings });
    opened.push(() => service.stop());
    return {
      service,
      client: await Client.connect(service.base),
      databaseUrl: database.url,
      async letPass(clock, to) {
        const { affected } = await database.database.execute('UPDATE sunset.test_clocks SET now = $2 WHERE test_clock_id = $1', [clock, to]);
        if (affected !== 1) throw new Error(`no such clock: ${clock}`);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As operators do it: a step of its own. */
export async function migrate(databaseUrl: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const { NODE_OPTIONS: _jest, ...inherited } = process.env;
  await run('migrations', process.execPath, ['dist/apps/launch/src/migrate.js'], { cwd: root, env: { ...inherited, ...environment, DATABASE_URL: databaseUrl } });
}
