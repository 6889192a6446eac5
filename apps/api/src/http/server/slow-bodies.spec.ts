// A body that comes too slowly is cut off, whether anybody reads it or not, unless its route reads it as it comes.
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { eventually } from '../../../../../test/support/eventually.js';
import { Connections, usualStopLimits } from './connections.js';

let instance: FastifyInstance;
const sockets: Socket[] = [];
beforeAll(async () => {
  instance = Fastify({ clientErrorHandler: ({ code }, socket) => void socket.end(code) });
  new Connections({ most: 9, mostOfAddress: 0, bodyMs: 100, stop: usualStopLimits }).keep(instance);
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
  instance.post('/read', () => ({}));
  instance.post('/streamed', { config: { streamedBody: true } }, () => ({}));
  instance.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === undefined) await reply.code(401).send();
  });
  await instance.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await instance.close();
});

function begun(path: string, headers: string): () => string {
  const socket = connect((instance.server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n${headers}\r\n`);
  return () => heard;
}

it.each([
  ['of a stranger', 'content-length: 9\r\n'],
  ['of somebody who was let in', 'authorization: x\r\ncontent-length: 9\r\n'],
  ['in pieces', 'authorization: x\r\ntransfer-encoding: chunked\r\n'],
])('a body %s', async (_, headers) => {
  const [streamed, read] = [begun('/streamed', headers), begun('/read', headers)];
  await eventually('it is cut off', () => read().endsWith('ERR_HTTP_REQUEST_TIMEOUT'));
  expect(streamed()).not.toContain('ERR_HTTP_REQUEST_TIMEOUT');
});
