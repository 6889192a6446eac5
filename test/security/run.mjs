// `npm run attack`: attacks a service of its own, on a PostgreSQL of its own, and tells what came of it. `npm run attack -- slow downloads` carries out what has that in its name.
import { join } from 'node:path';
import { build } from '../../apps/launch/build.mjs';
import { root } from '../../apps/launch/dependencies.mjs';
import { run } from '../../apps/launch/processes.mjs';
import { compile, durableDatabase } from '../measured.mjs';

const say = (text) => process.stdout.write(`npm run attack: ${text}\n`);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());
const { signal } = stopping;

const cleanups = [];
try {
  await build({ say, signal });
  await compile('security', 'bench', 'support');
  const env = { ...process.env, TEST_DATABASE_URL: process.env.TEST_DATABASE_URL || (await durableDatabase({ say, signal, cleanups })) };
  await run('attack', process.execPath, ['--enable-source-maps', join(root, 'dist/security/attack.js'), ...process.argv.slice(2)], { cwd: root, env, signal, stdio: 'inherit' });
} catch (error) {
  if (!signal.aborted) say(error.message);
  process.exitCode = 1;
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup();
}
