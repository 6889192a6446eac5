// A long body of somebody who is refused is not read: he is told, and then cut off.
import { connect, type AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../../../test/support/eventually.js';
import { leaveUnread } from './unread-bodies.js';

let instance: FastifyInstance;
/** Bytes that the server has read from each connection. */
const read: (() => number)[] = [];
beforeAll(async () => {
  instance = fastify();
  instance.server.on('connection', (socket) => {
    read.push(() => socket.bytesRead);
  });
  leaveUnread(instance);
  instance.addHook('onRequest', async (_request, reply) => {
    await reply.code(401).send({ code: 'unauthenticated' });
  });
  instance.post('/', () => ({}));
  await instance.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => instance.close());

const mebibyte = Buffer.alloc(1024 * 1024, ' ');
/** The same as a chunk. */
const chunk = Buffer.concat([Buffer.from('100000\r\n'), mebibyte, Buffer.from('\r\n')]);

/** Sends so many mebibytes of one body, and reads what it is told only once it has been told. */
async function sent(header: string, mebibytes = 0, part = mebibyte): Promise<{ readonly heard: string; readonly took: number; readonly isClosed: () => boolean; readonly end: () => void }> {
  const socket = connect((instance.server.address() as AddressInfo).port, '127.0.0.1');
  let [heard, isClosed] = ['', false];
  socket.on('data', (chunk) => (heard += String(chunk))).on('error', () => undefined).on('close', () => (isClosed = true));
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n${header}\r\n\r\n`);
  for (let nth = 0; nth < mebibytes; nth += 1) socket.write(part);
  await eventually('it is told', () => heard.includes('unauthenticated'));
  return { heard, took: read.at(-1)!(), isClosed: () => isClosed, end: () => socket.destroy() };
}

describe('a body of somebody who is refused', () => {
  it.each([['content-length: 268435457', mebibyte], ['transfer-encoding: chunked', chunk]])('is left unread and ends the connection: %s', async (header, part) => {
    const { heard, isClosed } = await sent(header, 256, part);
    expect(heard).toMatch(/^HTTP\/1.1 401 [^]*\r\nconnection: close\r\n/i);
    await eventually('he is cut off', isClosed);
    expect(read.at(-1)!()).toBeLessThan(2 * mebibyte.length);
  });

  it('that is short is read, and leaves the connection', async () => {
    const { heard, isClosed, end } = await sent('content-length: 9');
    expect(heard).not.toMatch(/connection: close/i);
    expect(isClosed()).toBe(false);
    end();
  });
});
