// Whoever is refused over and over is told later and later; nobody else waits for that.
import { setImmediate as turn } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LateRefusals } from './late-refusals.js';
import { sendProblem } from './problem.filter.js';
import { Problem, type HttpCode } from '../problems/problems.js';

/** Those who wait: for how long, and how they are called back. */
const waiting: { readonly ms: number; readonly call: () => void }[] = [];
let now = 0;
let instance: FastifyInstance;

beforeEach(async () => {
  now = 0;
  waiting.length = 0;
  instance = refusing();
  await instance.ready();
});
afterEach(() => instance.close());

function refusing(): FastifyInstance {
  const server = fastify();
  const refusals = new LateRefusals({
    now: () => now,
    after(ms, call) {
      const one = { ms, call };
      waiting.push(one);
      return () => {
        if (waiting.includes(one)) waiting.splice(waiting.indexOf(one), 1);
      };
    },
  });
  refusals.keep(server);
  server.setErrorHandler((error, request, reply) => void sendProblem(request, reply, error as Problem));
  server.get('/well', () => 'well');
  for (const code of ['too_many_requests', 'unauthenticated', 'invalid_request'] satisfies (HttpCode | 'invalid_request')[]) {
    server.get(`/${code}`, () => {
      throw new Problem(code);
    });
  }
  return server;
}

const ask = (url: string, remoteAddress = '10.0.0.1') => instance.inject({ url, remoteAddress });
const many = async (count: number, url: string): Promise<void> => {
  for (let nth = 0; nth < count; nth += 1) await ask(url);
};

/** Those that wait once nothing else is under way. */
async function waitingFor(count: number): Promise<readonly number[]> {
  for (let turns = 0; waiting.length < count && turns < 10_000; turns += 1) await turn();
  return waiting.map(({ ms }) => ms);
}

describe('a refusal', () => {
  it('for having asked too much is told at once twenty times a second, and then later and later, while others are answered', async () => {
    await many(20, '/too_many_requests');
    expect(waiting).toEqual([]);
    const late = [ask('/too_many_requests'), ask('/too_many_requests')];
    expect(await waitingFor(2)).toEqual([50, 100]);
    expect((await ask('/well')).statusCode).toBe(200);
    expect((await ask('/too_many_requests', '10.0.0.2')).statusCode).toBe(429);
    for (const { call } of [...waiting]) call();
    expect((await Promise.all(late)).map(({ statusCode }) => statusCode)).toEqual([429, 429]);
  });

  it.each([['for want of a token', '/unauthenticated', 401], ['of an unknown path', '/nowhere', 404]])('%s is told at once two hundred times a second', async (_, url, status) => {
    await many(200, url);
    expect(waiting).toEqual([]);
    const late = ask(url);
    expect(await waitingFor(1)).toEqual([5]);
    waiting[0]!.call();
    expect((await late).statusCode).toBe(status);
  });

  it('of what anybody may get wrong is always told at once', async () => {
    await many(300, '/invalid_request');
    expect(waiting).toEqual([]);
  });

  it('is at most five seconds late, and at once again when he has kept quiet for as long', async () => {
    await many(20, '/too_many_requests');
    const late = Array.from({ length: 110 }, () => ask('/too_many_requests'));
    expect(Math.max(...(await waitingFor(110)))).toBe(5_000);
    now += 6_000;
    expect((await ask('/too_many_requests')).statusCode).toBe(429);
    for (const { call } of [...waiting]) call();
    await Promise.all(late);
  });

  it('is told at once where very many wait', async () => {
    const late: Promise<unknown>[] = [];
    for (let nth = 0; nth < 1_020; nth += 1) late.push(ask('/too_many_requests'));
    await waitingFor(1_000);
    expect((await ask('/too_many_requests')).statusCode).toBe(429);
    for (const { call } of [...waiting]) call();
    await Promise.all(late);
  });

  it('is told at once when the server is to stop', async () => {
    await many(20, '/too_many_requests');
    const late = ask('/too_many_requests');
    await waitingFor(1);
    await instance.close();
    expect([(await late).statusCode, waiting]).toEqual([429, []]);
  });
});
