// What is held until somebody reads it is counted, and refused where he holds too much.
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from '@jest/globals';
import { Problem } from '../problems/problems.js';
import { BodyBudget } from './body-budget.js';
import { sendProblem } from './problem.filter.js';
import { boundUnread } from './unread-answers.js';

let instance: FastifyInstance;
afterEach(() => instance.close());

/** Nobody gives anything back here: as if nobody read. */
function answering(most: number): FastifyInstance {
  const server = fastify();
  boundUnread(server, new BodyBudget(most));
  server.setErrorHandler((error, request, reply) => void sendProblem(request, reply, error as Problem));
  const long = { text: 'x'.repeat(30_000) };
  server.get('/v1/long', () => long);
  server.post('/v1/long', () => long);
  server.get('/v1/short', () => ({}));
  return server;
}
const ask = async (url: string, method: 'GET' | 'POST' = 'GET', remoteAddress = '10.0.0.1'): Promise<number> => (await instance.inject({ url, method, remoteAddress })).statusCode;

it('of one caller, and of all', async () => {
  instance = answering(4 * 70_000);
  expect([await ask('/v1/long'), await ask('/v1/long'), await ask('/v1/long')]).toEqual([200, 200, 429]);
  expect([await ask('/v1/short'), await ask('/v1/long', 'POST')]).toEqual([200, 200]);
  const others = [2, 3, 4, 5].flatMap((nth) => [`10.0.0.${nth}`, `10.0.0.${nth}`]);
  const told: number[] = [];
  for (const address of others) told.push(await ask('/v1/long', 'GET', address));
  expect(told).toEqual([200, 200, 200, 200, 200, 200, 200, 503]);
});
