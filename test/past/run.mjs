// `npm run pasts`: every report of fifty pasts of ten thousand random lives, each compared with a second computation; it says how far it is. `LIVES`, `PAIRS` and `SEED` say otherwise.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../apps/launch/dependencies.mjs';

const env = { LIVES: '10000', PAIRS: '50', ...process.env };
process.exitCode = spawnSync(process.execPath, [join(root, 'test/run.mjs'), 'test/past/reports.int.spec.ts'], { cwd: root, env, stdio: 'inherit' }).status ?? 1;
