// The whole service for one spec file: a migrated database, a Redis, the API, workers, and a client.
import { randomBytes } from 'node:crypto';
import { migrate, migratedDatabase } from '../support/database.js';
import { ownRedis } from '../support/redis.js';
import { startService, type Service } from '../support/service.js';
import { Client } from './client.js';

/** How long a hook that starts or stops it may take on a busy machine. */
export const startLimitMs = 600_000;

interface Wanted {
  readonly workers?: number;
  /** One of its own unless told otherwise; `false`: none, then BullMQ runs on PostgreSQL. */
  readonly redis?: boolean | { readonly url: string };
  /** An empty one; a database of its own on the shared server unless given. */
  readonly databaseUrl?: string;
  readonly masterKey?: string;
  /** Of the API and the workers, besides what makes them run. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly service: Service;
  readonly client: Client;
  readonly databaseUrl: string;
  /** Moves a test clock's hands and nothing else: what passes when no worker runs. */
  letPass(clock: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

/** Call `stop()` in `afterAll`. */
export async function startRunning({ workers = 1, redis = true, databaseUrl, masterKey = newMasterKey(), environment: wanted = {} }: Wanted = {}): Promise<Running> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const database = databaseUrl === undefined ? await migratedDatabase({ poolSize: 1 }) : null;
    if (database) opened.push(() => database.drop());
    const url = databaseUrl ?? database!.url;
    const queue = redis === true ? await ownRedis() : null;
    if (queue) opened.push(() => queue.stop());
    const redisUrl = queue?.url ?? (typeof redis === 'object' ? redis.url : undefined);
    const environment = { RATE_LIMIT_PER_MINUTE: '0', SUNSET_MASTER_KEY: masterKey, SUNSET_MASTER_KEY_FILE: '', ...wanted };
    if (!database) await migrate(url);
    const service = await startService({ databaseUrl: url, ...(redisUrl !== undefined && { redisUrl }), workers, environment });
    opened.push(() => service.stop());
    return {
      service,
      client: await Client.connect(service.base),
      databaseUrl: url,
      async letPass(clock, to) {
        if (!database) throw new Error('only in a database of its own');
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

export const newMasterKey = (): string => randomBytes(32).toString('base64');
