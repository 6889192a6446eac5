// `npm start`: everything the service needs, from a fresh clone with nothing but Node and npm, until Ctrl-C.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takesNoArguments } from './arguments.mjs';
import { build } from './build.mjs';
import { programFile } from './bundle.mjs';
import { installDependencies, root } from './dependencies.mjs';
import { freePort, isFree } from './ports.mjs';
import { launch, run, supervise } from './processes.mjs';
import { masterKeySettings } from './master-key.mjs';

takesNoArguments(`npm start

Installs, builds, starts a PostgreSQL of its own, the API and the worker, until Ctrl-C. Settings are variables: PORT, DATA_DIR, DATABASE_URL, REDIS_URL; see
apps/launch/README.md.`);

const readyWithinMs = 120_000;

async function start(signal, cleanups) {
  const { host, port, dataDir } = settings();
  if (!(await isFree(port, host))) throw new Error(`PORT ${port} is taken; choose another one, for example: PORT=${port + 1} npm start`);

  await installDependencies({ say, signal });
  await build({ say, signal });
  mkdirSync(dataDir, { recursive: true });
  const SANDBOX = process.env.SANDBOX ?? 'true';
  // Built by now.
  const { inSandbox } = await import('#sandbox');
  const sandbox = inSandbox({ ...process.env, SANDBOX });

  const env = {
    ...process.env,
    HOST: host,
    PORT: String(port),
    DATA_DIR: dataDir,
    // Not the one beside ours, which the next start may want.
    WORKER_PORT: process.env.WORKER_PORT || String(await freePort()),
    WORKER_HOST: process.env.WORKER_HOST || host,
    SANDBOX,
    DATABASE_URL: process.env.DATABASE_URL || (await ownDatabase({ dataDir, signal, cleanups })),
    ...masterKeySettings(dataDir),
  };
  say('migrating');
  await run('the migration', process.execPath, ['--enable-source-maps', programFile('launch/migrate')], { cwd: root, env, signal, onLine: printAs('migrate') });

  say('starting API and worker');
  const services = ['api', 'worker'].map((name) => supervise(name, () => startService(name, env), say));
  cleanups.push(() => Promise.all(services.map((service) => service.stop([['TERM', 10_000]]))));
  const base = baseOf(host, port);
  await Promise.race([ready(base, signal), ...services.map(async ({ firstEnd }, index) => {
    throw new Error(`the ${['API', 'worker'][index]} could not start (${await firstEnd}); its own words stand above`);
  })]);
  for (const service of services) service.keep();
  welcome(base, env, sandbox);
}

function settings() {
  const port = Number(process.env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`PORT is no port number: ${process.env.PORT}`);
  // In the sandbox anybody who can reach the port can make a token.
  return { host: process.env.HOST || '127.0.0.1', port, dataDir: resolve(root, process.env.DATA_DIR || '.data') };
}

async function ownDatabase({ dataDir, signal, cleanups }) {
  const { providePostgres } = await import('./postgres.mjs');
  const { url, stop } = await providePostgres({ dataDir, say, signal });
  cleanups.push(stop);
  return url;
}

const startService = (name, env) =>
  launch(process.execPath, ['--enable-source-maps', programFile(`${name}/main`)], { cwd: root, env, output: printAs(name) });

async function ready(base, signal) {
  const until = performance.now() + readyWithinMs;
  while (performance.now() < until) {
    const answer = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(100, undefined, { signal });
  }
  throw new Error(`${base}/health/ready did not answer 200 within ${readyWithinMs / 1000} s`);
}

const baseOf = (host, port) => `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;

function welcome(base, { WORKER_HOST, WORKER_PORT }, sandbox) {
  if (sandbox) say(`open ${base}/: a demo customer, and a year in minutes`);
  say(`listening on ${base}, documentation at ${base}/docs`);
  say(`the worker's health and metrics are at ${baseOf(WORKER_HOST, WORKER_PORT)}/health/live and /metrics`);
  say(`SQL over the reports' views, as an analyst: ${['DATABASE_URL', 'DATA_DIR'].filter((name) => process.env[name]).map((name) => `${name}=${name === 'DATA_DIR' ? process.env[name] : '…'} `).join('')}npm run psql`);
  say('try:');
  say(
    sandbox
      ? `  curl -s ${base}/v1/dev/tokens -H 'content-type: application/json' -d '{"role":"service"}'`
      : `  curl -s ${base}/v1/plans`,
  );
  say('Ctrl-C stops everything');
}

const printAs = (name) => (line) => process.stdout.write(`${name.padEnd(8)}| ${line}\n`);
const say = printAs('sunset');

function endWith(parent) {
  setInterval(() => process.ppid === parent || stopping.abort(), 1_000).unref();
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());
process.stdout.on('error', () => undefined);
// `npm start` hands signals on; when it is killed nobody else would tell us.
if (process.env.npm_lifecycle_event === 'start') endWith(process.ppid);

let status = 0;
const cleanups = [];
try {
  await start(stopping.signal, cleanups);
  await new Promise((done) => {
    stopping.signal.addEventListener('abort', done);
    if (stopping.signal.aborted) done();
  });
} catch (error) {
  if (!stopping.signal.aborted) {
    say(`cannot start: ${error.message}`);
    status = 1;
  }
}
if (cleanups.length > 0) say('stopping');
for (const cleanup of cleanups.reverse()) await cleanup();
process.exit(status);
