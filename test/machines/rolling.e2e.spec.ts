// `npm run machines -- rolling`: four APIs behind a proxy and four workers are started anew one by one under traffic. Whoever is not served is told to come again, and everything follows once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { arrival } from '../end-to-end/account.js';
import { Client } from '../end-to-end/client.js';
import { newMasterKey, startLimitMs } from '../end-to-end/running.js';
import type { TestClock } from '../end-to-end/shapes.js';
import { type FreshDatabase, migratedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ownRedis } from '../support/redis.js';
import { startService, type Service, working } from '../support/service.js';
import { begins, expectWholeLife, leavingOn, yearLater } from './lives.js';
import { startProxy, type Proxy } from './proxy.js';
import { Traffic } from './traffic.js';

/** It takes minutes: what is under way is told while it is. */
const say = (what: string): void => void process.stderr.write(`rolling: ${what}\n`);

const each = Number(process.env['MACHINES_EACH'] ?? 4);

let fresh: FreshDatabase;
let redis: Awaited<ReturnType<typeof ownRedis>>;
const services: Service[] = [];
let proxy: Proxy;
let client: Client;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sunset-rolling-'));
  fresh = await migratedDatabase({ poolSize: 1 });
  redis = await ownRedis();
  const environment = { DATA_DIR: dataDir, RATE_LIMIT_PER_MINUTE: '0', SUNSET_MASTER_KEY: newMasterKey(), SUNSET_MASTER_KEY_FILE: '', LOG_LEVEL: 'info' };
  // The first makes the keys of the sandbox, which the others then have.
  for (let index = 0; index < each; index += 1) {
    services.push(await startService({ databaseUrl: fresh.url, redisUrl: redis.url, workers: 1, environment }));
    say(`API ${index + 1} is ready`);
  }
  proxy = await startProxy(services.map(({ base }) => base));
  client = await Client.connect(proxy.base);
}, startLimitMs);

afterAll(async () => {
  await proxy.stop();
  await Promise.all(services.map((service) => service.stop()));
  await redis.stop();
  await fresh.drop();
  await rm(dataDir, { recursive: true, force: true });
}, startLimitMs);

it('all of them, one by one, and nobody is failed', async () => {
  const { testClockId } = (await client.post('/v1/test-clocks', { body: { now: begins } })).expect<TestClock>(201);
  const leaving = await Promise.all(Array.from({ length: 3 }, () => leavingOn(client, testClockId)));
  const traffic = new Traffic(client);
  await traffic.begin(2 * each);
  await traffic.insist('POST', `/v1/test-clocks/${testClockId}/advance`, { body: { to: yearLater } });

  for (const service of services) {
    await service.api.kill('SIGTERM');
    await service.restartApi();
    await eventually('it is asked again', () => proxy.ready.has(service.base));
    say(`an API is exchanged; ${traffic.answered} requests answered, ${traffic.failures.length} failed`);
    await service.workers[0]!.kill('SIGTERM');
    await working(service.addWorker());
    say('a worker is exchanged');
  }
  await arrival(client, testClockId, yearLater, 480);
  await traffic.end();

  const { statuses, refusedConnections, broken, nobodyReady } = proxy.seen;
  console.log(`rolled ${each} APIs and ${each} workers: ${traffic.answered} requests answered, ${traffic.toldToComeAgain} told to come again, ${traffic.failures.length} failed; by status ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}; refused connections that were taken elsewhere: ${refusedConnections}; broken answers: ${broken}; nobody ready: ${nobodyReady}`);
  expect(traffic.failures).toEqual([]);
  expect(broken).toBe(0);
  await traffic.expectOnce();
  for (const account of leaving) await expectWholeLife(account);
  expect(services.flatMap((service) => service.workers.map((worker) => worker.running))).toEqual(services.flatMap(() => [false, true]));
}, 1_500_000);
