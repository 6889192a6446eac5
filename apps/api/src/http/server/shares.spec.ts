// Long pages keep the processor from others: few are worked at once, whoever asks for them, and nobody else waits for that.
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { eventually } from '../../../../../test/support/eventually.js';
import { Problem } from '../problems/problems.js';
import { sendProblem } from './problem.filter.js';
import { Shares } from './shares.js';

let instance: FastifyInstance;
let worked: string[];
let answer: () => void;
let looking: number;
let lookedAtOnce: number;
beforeEach(() => {
  const answered = new Promise<void>((resolve) => (answer = resolve));
  worked = [];
  [looking, lookedAtOnce] = [0, 0];
  instance = fastify();
  const shares = new Shares({ most: 256, mostOfCaller: 64, waitMs: 600_000 }, new Registry());
  shares.keep(instance);
  instance.setErrorHandler((error, request, reply) => void sendProblem(request, reply, error as Problem));
  instance.get<{ Querystring: { limit?: string } }>('/v1/pages', async ({ ip, query }) => {
    worked.push(`${ip} ${query.limit}`);
    await answered;
    return {};
  });
  instance.get('/v1/again', { config: { waits: true } }, async (request, reply) =>
    reply.type('application/json').send(JSON.stringify(await shares.whileReading(request, async () => 'seen', { waitMs: 100, signal: new AbortController().signal }))));
  instance.get('/v1/short-looks', { config: { waits: true } }, async (request) => ({ seen: await shares.whileReading(request, async () => 'seen', { waitMs: 60_000, entries: 100 }) }));
  // Looks, waits until something happens, and looks again.
  instance.get<{ Querystring: { limit?: string } }>('/v1/feed', { config: { waits: true } }, async (request) => {
    const look = (): Promise<unknown> => shares.whileReading(request, async () => {
      looking += 1;
      lookedAtOnce = Math.max(lookedAtOnce, looking);
      await sleep(1);
      looking -= 1;
    });
    await look();
    worked.push('waits');
    await answered;
    await look();
    return {};
  });
});
afterEach(() => instance.close());

const ask = (limit: number, remoteAddress: string): Promise<number> => instance.inject({ url: `/v1/pages?limit=${limit}`, remoteAddress }).then(({ statusCode }) => statusCode);
const workedOf = (told: string): number => worked.filter((one) => one === told).length;

it('two of one caller, eight of all, and short ones beside them', async () => {
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
  const asked = addresses.flatMap((address) => Array.from({ length: 5 }, () => ask(101, address)));
  asked.push(...Array.from({ length: 20 }, () => ask(100, '10.0.0.1')));
  await eventually('short pages are worked', () => workedOf('10.0.0.1 100') === 20);
  expect(addresses.map((address) => workedOf(`${address} 101`))).toEqual([2, 2, 2, 2, 0]);
  answer();
  expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
});

it('more than may wait are refused, and have kept no turn', async () => {
  const asked = Array.from({ length: 300 }, () => ask(1_000, '10.0.0.1'));
  await eventually('two are worked', () => worked.length === 2);
  const early = await Promise.race(asked);
  expect(early).toBe(503);
  answer();
  const told = await Promise.all(asked);
  expect(told.filter((status) => status === 200)).toHaveLength(2 + 4 * 64);
  expect(await ask(1_000, '10.0.0.1')).toBe(200);
});

it('of those who wait for something to happen, two of a caller look at long pages at once, and any number wait meanwhile', async () => {
  const asked = Array.from({ length: 200 }, () => instance.inject({ url: '/v1/feed?limit=1000', headers: { prefer: 'wait=60' }, remoteAddress: '10.0.0.1' }));
  await eventually('all of them wait', () => workedOf('waits') === 200);
  answer();
  expect(new Set((await Promise.all(asked)).map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  expect(lookedAtOnce).toBe(2);
});

it('who waited is not refused in the end: his turn to look again does not come, in no longer than he waits, and he is answered', async () => {
  const holding = [1, 2].map(() => ask(101, '10.0.0.1'));
  await eventually('both long turns are had', () => workedOf('10.0.0.1 101') === 2);
  const since = performance.now();
  const { statusCode, payload } = await instance.inject({ url: '/v1/again?limit=1000', headers: { prefer: 'wait=60' }, remoteAddress: '10.0.0.1' });
  expect([statusCode, payload, performance.now() - since < 60_000]).toEqual([200, 'null', true]);
  answer();
  expect(await Promise.all(holding)).toEqual([200, 200]);
});

it('who looks again for few entries waits for no long turn, however many he asked for', async () => {
  const holding = [1, 2].map(() => ask(101, '10.0.0.1'));
  await eventually('both long turns are had', () => workedOf('10.0.0.1 101') === 2);
  const { payload } = await instance.inject({ url: '/v1/short-looks?limit=1000', headers: { prefer: 'wait=60' }, remoteAddress: '10.0.0.1' });
  expect(payload).toBe('{"seen":"seen"}');
  answer();
  expect(await Promise.all(holding)).toEqual([200, 200]);
});
