// `npm test`: checks and tests, with a PostgreSQL and a Redis of its own. `npm test -- libs/event-store` runs the tests of that path only.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../apps/launch/build.mjs';
import { installDependencies, root } from '../apps/launch/dependencies.mjs';
import { run } from '../apps/launch/processes.mjs';
import { provideChromium } from './provide-chromium.mjs';
import { provideRedis } from './provide-redis.mjs';
import { jestOf } from './runner/command.mjs';
import { summaryOf } from './statements/summary.mjs';

const say = (text) => process.stdout.write(`npm test: ${text}\n`);
const program = (path) => [process.execPath, join(root, 'node_modules', path)];
/** The native compiler, in a fifth of the time; `typescript` itself is there for those who call it as a library. */
const types = (project) => [...program('typescript-native/bin/tsc'), '--noEmit', '-p', project];

async function test(signal, scratch, cleanups) {
  const given = process.argv.slice(2);
  await installDependencies({ say, signal });

  const env = { ...process.env };
  const specs = specsOf(given);
  const everything = given.length === 0;
  const needServices = specs.some((file) => /\.e2e\.spec\.ts$/.test(file));
  if (!everything) say(`only jest, only ${given.join(' ')} (${specs.length} files); without arguments types and lint are checked as well`);
  const compile = async () => {
    if (everything) for (const project of ['tsconfig.json', 'tsconfig.pure.json', 'apps/web/tsconfig.json']) await check(`types of ${project}`, types(project), signal);
    if (everything || needServices) await build({ say, signal });
  };
  const provide = async () => {
    if (needServices || specs.some((file) => /\.int\.spec\.ts$/.test(file))) Object.assign(env, await servers({ scratch, signal, cleanups }));
    if (specs.some((file) => /\/pooler\.int\.spec\.ts$/.test(file))) await (await import('./provide-pgbouncer.mjs')).installPgBouncer({ say, signal });
    if (specs.some((file) => /\/apps\/web\/test\//.test(file))) env.TEST_CHROMIUM = await provideChromium({ say, signal });
  };
  const tests = async () => {
    await both(compile(), provide());
    await jest({ given, report: join(scratch, 'report.json'), env, signal });
  };
  const lint = () => (everything ? check('lint', program('oxlint/bin/oxlint'), signal) : undefined);
  await both(tests(), lint());
}

async function jest({ given, report, env, signal }) {
  // A busy machine is slow, not wrong: the limit is there for what hangs. Tests wait for servers and for time more than they compute, so there are more of
  // them at once than there are cores.
  const statements = join(scratch, 'statements');
  mkdirSync(statements);
  const settings = [`--maxWorkers=${availableParallelism() + 1}`, '--testTimeout=300000'];
  const [command, ...args] = jestOf(root);
  try {
    // What a row of `test/faults` allows for the machine; here it does much else.
    const settled = { FAULTS_ALLOWED_SECONDS: '120', ...env, TEST_STATEMENTS: statements };
    await run('jest', command, [...args, ...settings, '--json', `--outputFile=${report}`, ...given], { cwd: root, env: settled, signal, stdio: 'inherit' });
  } finally {
    summary(report);
    for (const line of summaryOf(statements)) console.log(line);
  }
}

/** Side by side, and both to their end, so that nothing is left running and each tells what is wrong. */
async function both(...checks) {
  const [failed, ...others] = (await Promise.allSettled(checks)).filter(({ status }) => status === 'rejected');
  for (const { reason } of others) say(reason.message);
  if (failed) throw failed.reason;
}

async function check(what, [command, ...args], signal) {
  say(what);
  await run(what, command, args, { cwd: root, signal, stdio: 'inherit' });
}

/** The files that jest would run; a path that matches none is a mistake, not a success. */
function specsOf(given) {
  const [command, ...args] = jestOf(root);
  const { status, stdout, stderr } = spawnSync(command, [...args, '--listTests', ...given], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const files = stdout.split('\n').filter((line) => line.endsWith('.spec.ts'));
  if (files.length === 0) throw new Error(`no test matches ${given.join(' ')}`);
  return files;
}

/** The servers that TEST_DATABASE_URL and REDIS_URL name, else our own; with TEST_REPLICA=streaming our own PostgreSQL has a replica. */
async function servers({ scratch, signal, cleanups }) {
  const { providePostgres } = await import('../apps/launch/postgres.mjs');
  let databaseUrl = process.env.TEST_DATABASE_URL;
  let replicaUrl = '';
  const isOwn = !databaseUrl;
  if (isOwn && process.env.TEST_REPLICA) {
    const { replicated } = await import('./provide-replica.mjs');
    const both = await replicated({ say, signal });
    cleanups.push(both.stop);
    databaseUrl = both.primaryUrl;
    replicaUrl = both.replicaUrl;
  } else if (isOwn) {
    const postgres = await providePostgres({ dataDir: scratch, database: 'postgres', durable: false, say, signal });
    cleanups.push(postgres.stop);
    databaseUrl = postgres.url;
  }
  const redis = await provideRedis({ say, signal });
  cleanups.push(redis.stop);
  return { TEST_DATABASE_URL: databaseUrl, TEST_SERVER_IS_OWN: String(isOwn), TEST_REDIS_URL: redis.url, ...(replicaUrl && { TEST_REPLICA_URL: replicaUrl }), ...(await pooler({ databaseUrl, signal, cleanups })) };
}

/** With TEST_POOLER=pgbouncer every database of the tests is reached through one, in transaction mode. */
async function pooler({ databaseUrl, signal, cleanups }) {
  if (!process.env.TEST_POOLER) return {};
  const { providePgBouncer } = await import('./provide-pgbouncer.mjs');
  const { through, stop } = await providePgBouncer({ serverUrl: databaseUrl, say, signal });
  cleanups.push(stop);
  return { TEST_POOLED_URL: through(databaseUrl) };
}

let counts;
function summary(report) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    const broken = numRuntimeErrorTestSuites > 0 ? `, ${numRuntimeErrorTestSuites} files could not run` : '';
    counts = `${numPassedTests} passed, ${numFailedTests} failed${broken}`;
  } catch {
    counts = 'jest wrote no report';
  }
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());

const scratch = mkdtempSync(join(tmpdir(), 'sunset-test-'));
const cleanups = [];
let status = 0;
try {
  await test(stopping.signal, scratch, cleanups);
} catch (error) {
  status = error.status ?? 1;
  say(stopping.signal.aborted ? 'stopped' : error.message);
}
for (const cleanup of cleanups.reverse()) await cleanup();
rmSync(scratch, { recursive: true, force: true });
if (counts) console.log(counts);
process.exit(status);
