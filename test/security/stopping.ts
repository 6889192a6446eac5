// The service told to end: while strangers hold connections and customers ask, and through npm's own process.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../apps/launch/ports.mjs';
import type { Service } from '../support/service.js';

const codeOf = (error: unknown): string => (error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : String(error));

export interface Stopped {
  readonly ms: number;
  /** How requests that were taken ended without an answer. */
  readonly lost: readonly string[];
  readonly ended: string;
}

/** Told to end while strangers hold every kind of connection and customers ask all the time for what `authorization` may read at `path`. */
export async function stopped(running: Service, path: string, authorization: string): Promise<Stopped> {
  const port = Number(new URL(running.base).port);
  const sockets: Socket[] = [];
  for (const says of ['', 'GET /v1/pla', 'what is this?\r\n\r\n', 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50)]) {
    for (let left = 20; left > 0; left -= 1) {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      sockets.push(socket.on('error', () => undefined));
      if (says !== '') socket.write(says);
    }
  }
  const lost: string[] = [];
  let isOver = false;
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const how = await fetch(`${running.base}${path}`, { headers: { authorization } }).then(
        async (answer) => ((await answer.arrayBuffer()), answer.ok ? null : answer.status === 503 && answer.headers.has('retry-after') ? 'later' : String(answer.status)), codeOf,
      );
      // Whoever is told to come again, or is not taken any more, has lost nothing.
      if (how !== null && !['later', 'ECONNREFUSED'].includes(how)) lost.push(how);
      await sleep(how === 'later' ? 1_000 : 5);
    }
  };
  const askers = Array.from({ length: 8 }, ask);
  await sleep(500);
  const began = performance.now();
  await running.api.kill('SIGTERM');
  const ms = performance.now() - began;
  isOver = true;
  await Promise.all(askers);
  for (const socket of sockets) socket.destroy();
  return { ms, lost, ended: await running.api.ended };
}

const children = (pid: number): readonly number[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      return parent === pid ? [Number(name), ...children(Number(name))] : [];
    } catch {
      return [];
    }
  });
const isAlive = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** `npm start`, told to end by the process that the user sees. */
export async function stoppedThroughNpm(): Promise<{ readonly ms: number; readonly processes: number; readonly left: number }> {
  const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'sunset-attack-'))];
  const { TEST_DATABASE_URL: _, DATABASE_URL: __, ...env } = process.env;
  const npm = spawn('npm', ['start'], { env: { ...env, PORT: String(port), DATA_DIR: dataDir }, stdio: 'ignore' });
  const isReady = () => fetch(`http://127.0.0.1:${port}/health/ready`).then(({ ok }) => ok, () => false);
  while (!(await isReady())) await sleep(200);
  const all = [npm.pid!, ...children(npm.pid!)];
  const began = performance.now();
  npm.kill('SIGTERM');
  while (all.some(isAlive) && performance.now() < began + 60_000) await sleep(50);
  const [ms, left] = [Math.round(performance.now() - began), all.filter(isAlive)];
  for (const pid of left) process.kill(pid, 'SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
  return { ms, processes: all.length, left: left.length };
}
