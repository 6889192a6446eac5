// Provides a Redis of our own for tests: finds redis-server, starts it on a free port, stops it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.mjs';
import { launch } from './processes.mjs';

export const hasRedisServer = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** Starts a server that keeps nothing and evicts nothing. `port`: to come back where another one was; `settings`: of Redis, besides. */
export async function startRedis({ port, signal, settings: besides = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sunset-redis-'));
  const chosen = port ?? (await freePort());
  const lines = [];
  const settings = { port: chosen, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction', ...besides };
  const server = launch('redis-server', Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]), {
    output: (line) => lines.push(line), detached: true,
  });
  const stop = async (steps) => {
    await server.stop(steps);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([answering(chosen, signal), server.ended.then((how) => { throw new Error(`redis-server ended (${how}):\n${lines.join('\n')}`); })]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${chosen}`, port: chosen, stop: () => stop(), kill: () => stop([['KILL', 5000]]) };
}

const ping = (port) =>
  new Promise((done) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (answer) => {
      socket.destroy();
      done(answer);
    };
    socket.on('data', (data) => finish(/^(\+PONG|-NOAUTH)/.test(String(data)))).on('error', () => finish(false)).setTimeout(1000, () => finish(false));
  });

async function answering(port, signal) {
  for (let tries = 1200; !(await ping(port)); tries -= 1) {
    if (tries === 0) throw new Error(`redis-server does not answer on port ${port}`);
    await sleep(50, undefined, { signal });
  }
}
