// The queue client: BullMQ on Redis, or on its own tables in PostgreSQL where no Redis is at hand.
import { performance } from 'node:perf_hooks';
import { createPostgresBackend, createRedisBackend, runMigrations, withBackend, type JobsOptions, type WorkerOptions } from 'bullmq';
import pg from 'pg';
import { noticingSilence, serverLimitMs, usualSilenceLimitMs } from '#postgres';
import { telemetryOfQueues } from '#tracing';
import type { Logger } from './logger.js';
import { connectRedis, endRedis, readRedisUrl, type RedisClient } from './redis.js';
import { describe } from './said.js';
import { within } from './time-limit.js';

export interface Job<Payload> {
  readonly name: string;
  /** Never anything about a person. */
  readonly data: Payload;
  readonly opts: JobsOptions;
}

/** What is used of BullMQ's queue, whatever keeps it. */
export interface JobQueue<Payload> {
  addBulk(jobs: Job<Payload>[]): Promise<unknown>;
  /** The job, or nothing. */
  getJob(jobId: string): Promise<unknown>;
  /** Those from `start` to `end`, both included, of each type; of every type unless told. */
  getJobs(types: ('completed' | 'failed' | 'waiting' | 'delayed')[] | undefined, start: number, end: number): Promise<(QueuedJob | null | undefined)[]>;
  /** Nothing is handed out any more, to no worker of any process, until it is resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Removes what waits for a worker and, with `delayed`, what waits for its time. */
  drain(delayed: boolean): Promise<void>;
  close(): Promise<void>;
}

/** A job as it stands in the queue. */
export interface QueuedJob {
  readonly id?: string | undefined;
  readonly name: string;
  readonly data: unknown;
  readonly failedReason: string | undefined;
  readonly stacktrace: readonly string[] | null;
  readonly returnvalue: unknown;
  remove(): Promise<void>;
}

export interface JobWorker {
  isRunning(): boolean;
  close(): Promise<void>;
}

export type JobProcessor<Payload> = (job: { readonly data: Payload }) => Promise<unknown>;

export interface QueueBackend {
  /** Whether it is worth trying now. */
  readonly available: boolean;
  /** Rejects within seconds when the server is away. */
  openQueue<Payload>(name: string, onError: (error: Error) => void): Promise<JobQueue<Payload>>;
  /** Begins to take jobs; rejects within seconds when the server is away. */
  openWorker<Payload>(
    name: string,
    concurrency: number,
    process: JobProcessor<Payload>,
    onError: (error: Error) => void,
  ): Promise<JobWorker>;
  close(): Promise<void>;
}

/** Jobs go when they end, well or not, so that an id can be used again; BullMQ itself never retries one. */
export const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** How long a queue that is open has for an answer. */
export const askLimitMs = 5_000;

const errorLogPauseMs = 5_000;

/** For `onError`: the libraries connect again by themselves, and say so many times a second. */
export function tellSeldom(logger: Logger, message: string): (error: unknown) => void {
  let toldAt = -Infinity;
  return (error) => {
    if (performance.now() - toldAt < errorLogPauseMs) return;
    toldAt = performance.now();
    logger.warn(message, { error: describe(error) });
  };
}

const openLimitMs = 5_000;
/** How long a stopping worker waits for its jobs, so that its process ends within 15 s; the rows are safe, so whatever still runs then is left behind. */
const closeLimitMs = 6_000;
const disconnectLimitMs = 1_000;

const workerOptions: Omit<WorkerOptions, 'connection'> = {
  autorun: false,
  runRetryDelay: 1_000,
  // A job that was interrupted may be taken up again any number of times: what is too much is counted in the row.
  maxStalledCount: 1_000_000,
};

/** Bound to their backend one by one: the process may hold other queues on another one. */
const onRedis = withBackend(createRedisBackend);
const onPostgres = withBackend(createPostgresBackend);

/**
 * `url`: as {@link readRedisUrl} has it. `prefix`: begins every key; in braces, so that a cluster keeps a queue's keys together. A queue whose name holds braces itself is kept together by those,
 * so that several queues stand on several nodes.
 */
export function redisQueues(url: string, { prefix = '{sunset}' }: { readonly prefix?: string } = {}): QueueBackend {
  const place = readRedisUrl(url);
  const producer = connectRedis(place, 'asking');
  const prefixOf = (name: string): string => (name.includes('{') ? prefix.replace(/[{}]/g, '') : prefix);

  return {
    get available() {
      return producer.status === 'ready';
    },
    async openQueue(name, onError) {
      await ready(producer);
      const queue = new onRedis.Queue(name, { connection: producer, prefix: prefixOf(name), ...telemetryOfQueues() });
      queue.on('error', onError);
      return opened(queue, () => queue.close());
    },
    async openWorker(name, concurrency, process, onError) {
      const connection = connectRedis(place, 'taking');
      try {
        await ready(connection);
        const jobs = new Set<Promise<unknown>>();
        const noted: JobProcessor<never> = (job) => {
          const done = process(job);
          jobs.add(done);
          return done.finally(() => jobs.delete(done));
        };
        const worker = new onRedis.Worker(name, noted, { ...workerOptions, ...telemetryOfQueues(), connection, prefix: prefixOf(name), concurrency });
        worker.on('error', onError);
        await opened(worker, () => worker.close(true));
        run(worker, onError);
        // While the server is away BullMQ would wait for it with everything it has begun, and keep its timers for ever.
        const close = async (): Promise<void> => {
          if (connection.status === 'ready') return closeWorker(worker);
          const forced = worker.close(true);
          await within(closeLimitMs, 'ending jobs', Promise.allSettled(jobs)).catch(() => undefined);
          await forced;
        };
        return { isRunning: () => worker.isRunning(), close: () => close().finally(() => endRedis(connection)) };
      } catch (error) {
        endRedis(connection);
        throw error;
      }
    },
    async close() {
      endRedis(producer);
    },
  };
}

/**
 * `url`: `postgres://user:password@host:port/database`. The tables live in schema `bullmq`, which it creates. `answerLimitMs`: how long a statement
 * may take; BullMQ's are short.
 */
export function postgresQueues(url: string, { answerLimitMs = 30_000 }: { readonly answerLimitMs?: number } = {}): QueueBackend {
  let migrated: Promise<void> | undefined;
  const prepared = async (): Promise<void> => {
    migrated ??= migrate(url);
    await migrated.catch((error: unknown) => {
      migrated = undefined;
      throw error;
    });
  };
  const connection = (max: number) => ({
    connectionString: url, schema, max, connectionTimeoutMillis: 3_000, application_name: 'sunset-alarms',
    options: `-c statement_timeout=${serverLimitMs(answerLimitMs)} -c idle_in_transaction_session_timeout=${usualSilenceLimitMs}`,
    ...noticingSilence(answerLimitMs),
  });

  return {
    available: true,
    async openQueue(name, onError) {
      await prepared();
      const queue = new onPostgres.Queue(name, { connection: connection(2), ...telemetryOfQueues() });
      queue.on('error', onError);
      return opened(queue, () => queue.close());
    },
    async openWorker(name, concurrency, process, onError) {
      await prepared();
      const worker = new onPostgres.Worker(name, process, { ...workerOptions, ...telemetryOfQueues(), connection: connection(4), concurrency });
      worker.on('error', onError);
      await opened(worker, () => worker.close(true));
      run(worker, onError);
      return { isRunning: () => worker.isRunning(), close: () => closeWorker(worker) };
    },
    async close() {
      await migrated?.catch(() => undefined);
    },
  };
}

const schema = 'bullmq';
/** The queues are waited for meanwhile, and a failure is tried again. */
const migrationLimitMs = 300_000;

async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000, ...noticingSilence(migrationLimitMs) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
}

async function ready(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return;
  let isReady = (): void => undefined;
  const becomesReady = new Promise<void>((resolve) => client.once('ready', (isReady = resolve)));
  await within(openLimitMs, 'connecting to Redis', becomesReady).finally(() => client.off('ready', isReady));
}

/** A queue or worker whose connection failed once stays broken, so it is given up and another one opened later. */
async function opened<T extends { waitUntilReady(): Promise<unknown> }>(made: T, giveUp: () => Promise<void>): Promise<T> {
  try {
    await within(openLimitMs, 'opening a queue', made.waitUntilReady());
    return made;
  } catch (error) {
    void giveUp().catch(() => undefined);
    throw error;
  }
}

interface Closable {
  run(): Promise<void>;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

function run(worker: Closable, onError: (error: Error) => void): void {
  worker.run().catch(onError);
}

async function closeWorker(worker: Closable): Promise<void> {
  await within(closeLimitMs, 'closing a worker', worker.close()).catch(async () => {
    // Also this waits for ever when the server is away.
    await within(disconnectLimitMs, 'disconnecting a worker', worker.disconnect()).catch(() => undefined);
  });
}
