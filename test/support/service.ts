// The built service as its users run it: API and workers as processes of their own, to be stopped and killed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { programFile } from '../../apps/launch/bundle.mjs';
import { freePort } from '../../apps/launch/ports.mjs';
import { launch, type Launched } from '../../apps/launch/processes.mjs';
import { waysTo } from './database.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface ServiceSettings {
  /** Migrated already. */
  readonly databaseUrl: string;
  /** Without it BullMQ runs on PostgreSQL. */
  readonly redisUrl?: string;
  readonly workers?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningProcess {
  /** Everything it printed, line by line. */
  readonly log: readonly string[];
  readonly running: boolean;
  /** `status 0`, `signal 9`: how it ended, once it has. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
  /** Waits until it has ended; what does not end by itself within two minutes is killed. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Sleeps through time and locks until `resume()`. */
  pause(): void;
  resume(): void;
}

export interface Service {
  /** `http://127.0.0.1:<port>` */
  readonly base: string;
  readonly api: RunningProcess;
  readonly workers: readonly RunningProcess[];
  addWorker(): RunningProcess;
  /** Starts the API again on the same port after it was killed, and waits until it is ready; `lives`: only until it answers. */
  restartApi(until?: 'ready' | 'lives'): Promise<void>;
  stop(): Promise<void>;
}

/** Until it carries out what is due; it must log what is of interest (`info`). Throws when it ends instead. */
export async function working(worker: RunningProcess): Promise<void> {
  while (!worker.log.some((line) => line.includes('worker started'))) {
    if (!worker.running) throw new Error(`the worker ended:\n${worker.log.slice(-30).join('\n')}`);
    await sleep(50);
  }
}

/** Starts the API and `workers` workers (one by default) and waits until the API is ready. The build must be there; `npm test` makes it. */
export async function startService({ databaseUrl, redisUrl, workers = 1, environment = {} }: ServiceSettings): Promise<Service> {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'sunset-service-'));
  const keyFile = join(dataDir, 'master.key');
  await writeFile(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
  const { REDIS_URL: _foreign, ...inherited } = process.env;
  const env = {
    ...inherited,
    PORT: String(port), DATA_DIR: dataDir, SANDBOX: 'true', ...waysTo(databaseUrl), SUNSET_MASTER_KEY_FILE: keyFile,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...environment,
  };
  const base = `http://127.0.0.1:${port}`;
  const running: RunningProcess[] = [];
  const start = (app: 'api' | 'worker') => {
    const started = startProcess(app, env);
    running.push(started);
    return started;
  };

  const service = {
    base,
    api: start('api'),
    workers: Array.from({ length: workers }, () => start('worker')),
    addWorker() {
      const worker = start('worker');
      service.workers.push(worker);
      return worker;
    },
    async restartApi(until: 'ready' | 'lives' = 'ready') {
      service.api = start('api');
      await answers(`${base}/health/${until === 'ready' ? 'ready' : 'live'}`, service.api);
    },
    async stop() {
      await Promise.all(running.map((process) => process.stop()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  try {
    await answers(`${base}/health/ready`, service.api);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

/** With an environment of its own; ends with whoever started it. `release`: the folder of another release, which is built. */
export function startProcess(app: 'api' | 'worker', env: NodeJS.ProcessEnv, release = root): RunningProcess {
  const log: string[] = [];
  const started: Launched = launch(process.execPath, ['--enable-source-maps', programFile(`${app}/main`, release)], {
    cwd: release, env, output: (line) => log.push(line),
  });
  return {
    log,
    get running() {
      return started.running;
    },
    ended: started.ended,
    stop: () => started.stop(),
    kill: (signal) => started.stop([[signal.slice('SIG'.length), 120_000]]),
    pause: () => { started.signal('STOP'); },
    resume: () => { started.signal('CONT'); },
  };
}

/** Until the API answers there with 200. Throws when it ends instead. */
export async function answers(url: string, api: RunningProcess): Promise<void> {
  for (let tries = 4800; tries > 0; tries -= 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    if (!api.running) break;
    await sleep(100);
  }
  throw new Error(`the API ${api.running ? 'does not answer after many minutes' : 'ended'}:\n${api.log.slice(-30).join('\n')}`);
}
