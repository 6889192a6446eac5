// Which queue a process has: the one place that reads it from the environment, and opens it.
import { directUrlIn } from '#postgres';
import { postgresQueues, type QueueBackend, redisQueues } from './queues.js';
import { readRedisUrl } from './redis.js';

/** On Redis, else BullMQ's own tables in the database: past any pooler, since it listens there. */
export type QueueSettings = ({ readonly redisUrl: string } | { readonly databaseUrl: string }) & {
  /** Over how many queues the accounts' alarms are spread. */
  readonly count: number;
};

const countMost = 256;

/** `REDIS_URL`, `QUEUES`, and the database for want of a Redis. Throws an `Error` that names the variable. */
export function queueSettingsFrom(environment: Readonly<Record<string, string | undefined>>): QueueSettings {
  const redisUrl = environment['REDIS_URL'] || undefined;
  if (redisUrl !== undefined) {
    try {
      readRedisUrl(redisUrl);
    } catch (error) {
      throw new Error(`REDIS_URL: ${(error as Error).message}`);
    }
  }
  const count = environment['QUEUES'] || '1';
  if (!/^\d{1,3}$/.test(count) || Number(count) < 1 || Number(count) > countMost) throw new Error(`QUEUES is not a whole number between 1 and ${countMost}: ${count}`);
  return { ...(redisUrl === undefined ? { databaseUrl: directUrlIn(environment) } : { redisUrl }), count: Number(count) };
}

export const queueBackend = (settings: QueueSettings): QueueBackend => ('redisUrl' in settings ? redisQueues(settings.redisUrl) : postgresQueues(settings.databaseUrl));

/** For the log: what keeps the queue. */
export const queueKind = (settings: QueueSettings): string => ('redisUrl' in settings ? { server: 'redis', cluster: 'redis cluster', sentinel: 'redis sentinel' }[readRedisUrl(settings.redisUrl).kind] : 'postgres');
