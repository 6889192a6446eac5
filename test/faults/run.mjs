// `npm run faults`: see the README beside this file. `npm run faults -- --seed 7 redis` carries out what has that in its name.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../apps/launch/build.mjs';
import { root } from '../../apps/launch/dependencies.mjs';
import { hasRedisServer } from '../../apps/launch/redis.mjs';
import { run } from '../../apps/launch/processes.mjs';
import { installWith } from '../install.mjs';
import { compile } from '../measured.mjs';
import { withDefects } from './with-defects.mjs';

const say = (text) => process.stdout.write(`npm run faults: ${text}\n`);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort());
const { signal } = stopping;

const fakeTime = () => readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime/libfaketime.so.1')).find((file) => existsSync(file));

/** By which the clock of a database is set wrong; nothing where it cannot be had: the rows that need it fail, and say so. */
async function provideFakeTime() {
  const otherwise = 'without libfaketime (Debian: apt-get install libfaketime) no clock of a database is set wrong';
  if (!fakeTime()) await installWith({ name: 'libfaketime', apt: ['libfaketime'], brew: ['libfaketime'], otherwise, say, signal }).catch((error) => say(error.message));
  return fakeTime() ?? '';
}

try {
  if (!hasRedisServer()) throw new Error('needs redis-server (Debian: apt-get install redis-server)');
  await build({ say, signal });
  if (process.argv.includes('--defects')) {
    const words = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
    process.exitCode = await withDefects({ words, seed: '7', say: (text) => process.stdout.write(`${text}\n`), signal });
  } else await carryOut();
} catch (error) {
  if (!signal.aborted) say(error.message);
  process.exitCode = 1;
}

async function carryOut() {
  await compile('faults', 'support', 'end-to-end', 'carriers', 'simulation', 'bench');
  const env = { ...process.env, FAULTS_FAKETIME: await provideFakeTime() };
  await run('faults', process.execPath, ['--enable-source-maps', join(root, 'dist/faults/faults.js'), ...process.argv.slice(2)], { cwd: root, env, signal, stdio: 'inherit' });
}
