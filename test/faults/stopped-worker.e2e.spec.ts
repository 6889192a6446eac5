// A worker that is told to stop while Redis is away ends by itself, and well: whoever restarts it need not kill it.
import { Redis as Connection } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { eventually } from '../support/eventually.js';
import { ownRedis, startRedis } from '../support/redis.js';
import { working } from '../support/service.js';

let redis: Awaited<ReturnType<typeof ownRedis>>;
let running: Running;

beforeAll(async () => {
  redis = await ownRedis();
  running = await startRunning({ workers: 0, redis });
}, startLimitMs);

afterAll(async () => {
  await running.stop();
  await redis.stop();
}, startLimitMs);

/** Until so many wait for jobs: each worker does at two queues. */
async function waiting(count: number): Promise<void> {
  const connection = new Connection(redis.url);
  try {
    await eventually(`${count} wait for jobs`, async () => String(await connection.call('CLIENT', 'LIST')).split('cmd=bzpopmin').length - 1 === count);
  } finally {
    connection.disconnect();
  }
}

describe('a worker told to stop while Redis is away', () => {
  beforeEach(async () => {
    await redis.kill();
    redis = await startRedis({ port: redis.port });
  });

  it('ends by itself when Redis went away under it', async () => {
    const worker = running.service.addWorker();
    await waiting(2);
    await redis.kill();
    await worker.kill('SIGTERM');
    expect(await worker.ended).toBe('status 0');
    expect(worker.log.at(-1)).toContain('worker stopped');
  }, 240_000);

  it('ends by itself when Redis was never there', async () => {
    await redis.kill();
    const worker = running.service.addWorker();
    await working(worker);
    await eventually('it has tried', () => worker.log.some((line) => line.includes('failed')));
    await worker.kill('SIGTERM');
    expect(await worker.ended).toBe('status 0');
    expect(worker.log.at(-1)).toContain('worker stopped');
  }, 240_000);
});
