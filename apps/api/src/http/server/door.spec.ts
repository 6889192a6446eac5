// Strangers who have asked too much are told so late; nobody else waits for that.
import { setImmediate as turn } from 'node:timers/promises';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Door } from './door.js';
import { RateLimits } from './rate-limits.js';
import { sendProblem } from './problem.filter.js';
import type { Policy } from '../../auth/policy.js';
import { toProblem } from '../problems/failures.js';

const waiting: (() => void)[] = [];
const instance = fastify();

beforeAll(async () => {
  const tokens = { verify: (authorization: string | undefined) => Promise.resolve({ role: 'service', subject: authorization ?? '' } as const) };
  const unused = {} as never;
  const door = new Door(tokens as never, { subjectOf: () => Promise.resolve(null) } as never, unused, new RateLimits(2), () => new Promise((done) => void waiting.push(done)));
  instance.setErrorHandler((error, request, reply) => void sendProblem(request, reply, toProblem(error)));
  door.keep(instance, () => new Map<string, Policy>([['GET /v1/open', 'anyone'], ['GET /v1/closed', ['service']]]));
  instance.get('/v1/open', () => 'open');
  instance.get('/v1/closed', () => 'closed');
  await instance.ready();
});
afterAll(() => instance.close());

const ask = (path: string, remoteAddress: string, authorization?: string) => instance.inject({ method: 'GET', url: path, remoteAddress, headers: { ...(authorization && { authorization }) } });

describe('who has asked too much', () => {
  it('and is a stranger waits until he is told, whatever he asks for, and others do not', async () => {
    const before = [await ask('/v1/open', '10.0.0.1'), await ask('/v1/nothing', '10.0.0.1')];
    expect(before.map(({ statusCode }) => statusCode)).toEqual([200, 404]);
    const order: string[] = [];
    const late = ['/v1/open', '/v1/nothing'].map((path) => ask(path, '10.0.0.1').then((answer) => {
      order.push('stranger');
      return answer.statusCode;
    }));
    for (let count = 0; waiting.length < 2 && count < 10_000; count += 1) await turn();
    expect((await ask('/v1/open', '10.0.0.2')).statusCode).toBe(200);
    expect((await ask('/v1/closed', '10.0.0.1', 'Bearer x')).statusCode).toBe(200);
    order.push('others');
    waiting.splice(0).forEach((done) => done());
    expect(await Promise.all(late)).toEqual([429, 429]);
    expect(order).toEqual(['others', 'stranger', 'stranger']);
  });

  it('and is known is told at once', async () => {
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await ask('/v1/closed', '10.0.0.3', 'Bearer y')).statusCode);
    expect([statuses, waiting]).toEqual([[200, 200, 429], []]);
  });

  it('is told at once where very many wait', async () => {
    for (let count = 0; count < 2; count += 1) await ask('/v1/open', '10.0.0.4');
    const late = Array.from({ length: 1_001 }, () => ask('/v1/open', '10.0.0.4'));
    expect((await Promise.race(late)).statusCode).toBe(429);
    for (let count = 0; waiting.length < 1_000 && count < 10_000; count += 1) await turn();
    expect(waiting).toHaveLength(1_000);
    waiting.splice(0).forEach((done) => done());
    await Promise.all(late);
  });
});
