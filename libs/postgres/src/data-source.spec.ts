// A server that ends while it takes a connection up is told to whoever asked for the connection, and ends nobody's process.
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { connect } from './index.js';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const authenticated = message('R', Buffer.alloc(4));
const ready = message('Z', Buffer.from('I'));
const ended = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'));

it('a connection that ends in the same breath in which it is made is refused, whatever listens to it', async () => {
  const uncaught: unknown[] = [];
  const hear = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', hear);
  const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(Buffer.concat([authenticated, ready, ended]))));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await expect(connect({ url: `postgres://nobody:nothing@127.0.0.1:${(server.address() as AddressInfo).port}/none` })).rejects.toThrow(/not queryable|terminat/);
    expect(uncaught).toEqual([]);
  } finally {
    process.off('uncaughtException', hear);
    await new Promise((closed) => server.close(closed));
  }
});
