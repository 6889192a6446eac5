// `node apps/launch/compile.mjs`: see `build.mjs`.
import { build } from './build.mjs';

await build({ say: (text) => process.stdout.write(`${text}\n`) });
