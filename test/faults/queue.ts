// What stands in the queue, asked of Redis itself.
import { Redis } from 'ioredis';
import type { Stack } from './stack.js';

export async function onRedis<T>(stack: Stack, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stack.redisPort, '127.0.0.1', { maxRetriesPerRequest: 3 });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** How many of these the queue holds an alarm for. */
export const alarmsOf = (stack: Stack, deadlineIds: readonly string[]): Promise<number> =>
  onRedis(stack, async (redis) => (await Promise.all(deadlineIds.map((id) => redis.keys(`*:${id}-*`)))).filter((keys) => keys.length > 0).length);
