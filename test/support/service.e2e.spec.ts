// The service of the end-to-end tests starts, dies when it is killed, and comes back on the same port.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrations } from '#application';
import { freshDatabase, type FreshDatabase } from './database.js';
import { redisCorner } from './redis.js';
import { startService, type Service } from './service.js';

/** A start takes its time on a busy machine. */
const limitMs = 600_000;

let fresh: FreshDatabase;
let service: Service;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations });
  service = await startService({ databaseUrl: fresh.url, redisUrl: redisCorner().url, workers: 1 });
}, limitMs);
afterAll(async () => {
  await service.stop();
  await fresh.drop();
}, limitMs);

const plans = async (): Promise<number> => (await fetch(`${service.base}/v1/plans`)).status;

it('answers, is gone when killed, and answers again', async () => {
  expect(await plans()).toBe(200);
  await service.api.kill('SIGKILL');
  expect(service.api.running).toBe(false);
  await expect(plans()).rejects.toThrow();
  await service.restartApi();
  expect(await plans()).toBe(200);
}, limitMs);

it('loses a worker and gets another', async () => {
  const [first] = service.workers;
  await first?.kill('SIGKILL');
  const second = service.addWorker();
  expect(service.workers.map((worker) => worker.running)).toEqual([false, true]);
  await second.kill('SIGTERM');
  expect(second.running).toBe(false);
});
