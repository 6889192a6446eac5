// `npm run bench`: measures the built libraries on a PostgreSQL of its own, or that of TEST_DATABASE_URL. `npm run bench -- messages` runs what has that name, or has it in its name.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFile } from '@swc/core';
import { build } from '../../apps/launch/build.mjs';
import { root } from '../../apps/launch/dependencies.mjs';
import { providePostgres } from '../../apps/launch/postgres.mjs';
import { run } from '../../apps/launch/processes.mjs';
import { provideChromium } from '../provide-chromium.mjs';
import { provideRedis } from '../provide-redis.mjs';

const say = (text) => process.stdout.write(`npm run bench: ${text}\n`);
const ending = '.bench.ts';

async function bench(signal, cleanups) {
  const filters = process.argv.slice(2);
  const all = readdirSync(join(root, 'test/bench')).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  const chosen = all.filter((name) => filters.length === 0 || filters.some((filter) => (all.includes(filter) ? name === filter : name.includes(filter))));
  if (chosen.length === 0) throw new Error(`no benchmark is called ${filters.join(' or ')}; there are ${all.join(', ')}`);

  await build({ say, signal });
  await compile();
  const redis = await provideRedis({ say, signal });
  cleanups.push(redis.stop);
  const databaseUrl = process.env.TEST_DATABASE_URL || (await ownDatabase(signal, cleanups));
  const env = { ...process.env, TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redis.url };
  if (chosen.includes('web')) env.TEST_CHROMIUM = await provideChromium({ say, signal });
  for (const name of chosen) {
    say(name);
    await run(name, process.execPath, ['--enable-source-maps', join(root, `dist/bench/${name}.bench.js`)], { cwd: root, env, signal, stdio: 'inherit' });
  }
}

/** Into folders of `dist`, from where the benchmarks find the built libraries under their names, and what they import from other folders beside their own. */
async function compile() {
  const settings = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  for (const folder of ['bench', 'stories', 'support']) {
    const compiled = join(root, 'dist', folder);
    rmSync(compiled, { recursive: true, force: true });
    mkdirSync(compiled, { recursive: true });
    for (const file of readdirSync(join(root, 'test', folder)).filter((name) => name.endsWith('.ts'))) {
      const { code } = await transformFile(join(root, 'test', folder, file), { ...settings, swcrc: false, sourceMaps: 'inline' });
      writeFileSync(join(compiled, file.replace(/\.ts$/, '.js')), code);
    }
  }
}

/** Durable as in production: what is measured is a commit that lasts. */
async function ownDatabase(signal, cleanups) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sunset-bench-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const { url, stop } = await providePostgres({ dataDir, database: 'postgres', say, signal });
  cleanups.push(stop);
  return url;
}

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());

const cleanups = [];
try {
  await bench(stopping.signal, cleanups);
} catch (error) {
  if (!stopping.signal.aborted) say(`failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup();
}
