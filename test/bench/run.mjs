// `npm run bench`: measures the built libraries on a PostgreSQL of its own, or that of TEST_DATABASE_URL. `npm run bench -- messages` runs what has that name, or has it in its name.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../apps/launch/build.mjs';
import { root } from '../../apps/launch/dependencies.mjs';
import { run } from '../../apps/launch/processes.mjs';
import { compile, durableDatabase } from '../measured.mjs';
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
  await compile('bench', 'stories', 'support');
  const redis = await provideRedis({ say, signal });
  cleanups.push(redis.stop);
  const databaseUrl = process.env.TEST_DATABASE_URL || (await durableDatabase({ say, signal, cleanups }));
  const env = { ...process.env, TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redis.url };
  if (chosen.includes('web')) env.TEST_CHROMIUM = await provideChromium({ say, signal });
  for (const name of chosen) {
    say(name);
    await run(name, process.execPath, ['--enable-source-maps', join(root, `dist/bench/${name}.bench.js`)], { cwd: root, env, signal, stdio: 'inherit' });
  }
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
