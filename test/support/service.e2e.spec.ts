// The service of the end-to-end tests starts, dies when it is killed, and comes back on the same port.
import { connect } from 'node:net';
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

it('ends when it is told to, whoever is connected', async () => {
  const says = ['', 'GET /v1/pla', 'what is this?\r\n\r\n', 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50)];
  const sockets = await Promise.all(says.map((said) => new Promise<ReturnType<typeof connect>>((done) => {
    const socket = connect({ port: Number(new URL(service.base).port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined).once('connect', () => {
      socket.write(said);
      done(socket);
    });
  })));
  await service.api.kill('SIGTERM');
  for (const socket of sockets) socket.destroy();
  expect(await service.api.ended).toBe('status 0');
}, limitMs);
