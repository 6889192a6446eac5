// Free TCP ports.
import { createServer } from 'node:net';

/** A port of the loopback interface that nothing listens on. */
export const freePort = () =>
  new Promise((done, fail) => {
    const probe = createServer().once('error', fail).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

export const isFree = (port, host) =>
  new Promise((done) => {
    const probe = createServer().once('error', () => done(false)).listen(port, host, () => probe.close(() => done(true)));
  });
