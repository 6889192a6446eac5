// `npm run machines`: what several machines have to bear, on servers of its own, with figures. `npm run machines -- cluster` shows one thing.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../apps/launch/dependencies.mjs';

const names = readdirSync(join(root, 'test/machines')).flatMap((file) => /^(.*)\.(?:int|e2e)\.spec\.ts$/.exec(file)?.[1] ?? []);
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`npm run machines: nothing is called ${unknown.join(' or ')}; there are ${names.join(', ')}`);
  process.exit(2);
}
const files = (chosen.length > 0 ? chosen : names).map((name) => `test/machines/${name}\\.`);
const env = { ...process.env, MACHINES: 'true' };
process.exitCode = spawnSync(process.execPath, [join(root, 'test/run.mjs'), ...files], { cwd: root, env, stdio: 'inherit' }).status ?? 1;
