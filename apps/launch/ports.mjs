// Free TCP ports.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that Linux and macOS give to outgoing connections, which would take the port before it is used, or while its server is away. */
const from = 20_000;
const below = 32_768;

/** A port of the loopback interface that nothing listens on, chosen at random, so that two who ask at once get two. */
export async function freePort() {
  for (let tries = 1000; tries > 0; tries -= 1) {
    const port = randomInt(from, below);
    if (await isFree(port, '127.0.0.1')) return port;
  }
  throw new Error(`no port from ${from} to ${below - 1} is free`);
}

export const isFree = (port, host) =>
  new Promise((done) => {
    const probe = createServer().once('error', () => done(false)).listen(port, host, () => probe.close(() => done(true)));
  });
