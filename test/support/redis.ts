// Redis for tests: a corner of the shared server, or a server of one's own to empty, stop and kill.
import { randomUUID } from 'node:crypto';
import { startRedis, type Redis } from '../../apps/launch/redis.mjs';

/** The server that `npm test` provides and a key prefix that nobody else has, in braces as BullMQ on a cluster wants it. */
export function redisCorner(): { url: string; prefix: string } {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('no TEST_REDIS_URL: run `npm test -- path/of/the.spec.ts`, and name the file .int.spec.ts or .e2e.spec.ts');
  return { url, prefix: `{test-${randomUUID()}}` };
}

/** A Redis for one test alone: FLUSHALL, `stop()` and `kill()` hurt nobody else; `startRedis({ port })` brings it back, empty. */
export const ownRedis = (): Promise<Redis> => startRedis();

export { startRedis };
