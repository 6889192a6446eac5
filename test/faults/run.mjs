// `npm run faults`: see the README beside this file. `npm run faults -- --seed 7 redis` carries out what has that in its name.
import { join } from 'node:path';
import { build } from '../../apps/launch/build.mjs';
import { root } from '../../apps/launch/dependencies.mjs';
import { hasRedisServer } from '../../apps/launch/redis.mjs';
import { run } from '../../apps/launch/processes.mjs';
import { compile } from '../measured.mjs';

const say = (text) => process.stdout.write(`npm run faults: ${text}\n`);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());
const { signal } = stopping;

try {
  if (!hasRedisServer()) throw new Error('needs redis-server (Debian: apt-get install redis-server)');
  await build({ say, signal });
  await compile('faults', 'support', 'end-to-end', 'carriers', 'simulation', 'bench');
  await run('faults', process.execPath, ['--enable-source-maps', join(root, 'dist/faults/faults.js'), ...process.argv.slice(2)], { cwd: root, signal, stdio: 'inherit' });
} catch (error) {
  if (!signal.aborted) say(error.message);
  process.exitCode = 1;
}
