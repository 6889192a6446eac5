// The built programs as Node starts them, in `dist/programs`: each with what it imports, ours and the packages', in a few files instead of two thousand, so
// that a start costs a third of the time.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { root } from './dependencies.mjs';

const programs = [
  'api/main', 'api/write-openapi', 'worker/audit', 'worker/main', 'worker/rebuild',
  'launch/migrate', 'launch/policy', 'launch/promises', 'launch/remake-purge-ledger', 'launch/rewrap', 'launch/story', 'launch/verify-certificate',
];

/** Loaded only where it is asked for, from `node_modules`: the clients of carriers are as large as all the rest, and without a collector of traces nobody needs what tells it. */
const stayOutside = ['twilio', 'telnyx', /^@opentelemetry\//, 'bullmq-otel'];

/** What packages look for and do without. */
const mayBeMissing = [/^@fastify\/(multipart|view)$/, /^@nestjs\/(microservices|platform-express|websockets)(\/|$)/];

const folder = join(root, 'dist/programs');
const record = join(folder, '.bundled');

/** The file of a program, `APP/NAME`, as {@link bundle} leaves it; `checkout`: of another one than this. */
export const programFile = (program, checkout = root) => join(checkout, 'dist/programs', `${program}.js`);

/** Throws what cannot be found or read, with what was there before left as it was. */
export async function bundle({ again, signal }) {
  const packages = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (!again && recorded() === packages) return;
  signal?.throwIfAborted();
  // Not before: whoever imports this file may have to install it first.
  const { rolldown } = await import('rolldown');
  const fresh = `${folder}.${process.pid}`;
  const bundled = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(programs.map((program) => [program, join(root, 'dist/apps', program.replace('/', '/src/').concat('.js'))])),
    external: stayOutside,
    plugins: [ourMaps, onlyAscii],
    onLog(level, log) {
      if (log.code === 'UNRESOLVED_IMPORT' && !mayBeMissing.some((name) => name.test(log.exporter ?? ''))) throw new Error(log.message);
    },
  });
  try {
    await bundled.write({
      dir: fresh,
      format: 'esm',
      sourcemap: true,
      keepNames: true,
      chunkFileNames: 'shared/[name]-[hash].js',
      codeSplitting: { groups: [{ name: 'packages', test: /node_modules/, entriesAware: true }] },
    });
    writeFileSync(join(fresh, '.bundled'), packages);
    rmSync(`${fresh}.old`, { recursive: true, force: true });
    if (existsSync(folder)) renameSync(folder, `${fresh}.old`);
    renameSync(fresh, folder);
  } finally {
    await bundled.close();
    for (const left of [fresh, `${fresh}.old`]) rmSync(left, { recursive: true, force: true });
  }
}

function recorded() {
  try {
    return readFileSync(record, 'utf8');
  } catch {
    return undefined;
  }
}

/** A file with a single other character is held with two bytes for each of its characters, which costs a start a tenth of its processor time and 20 MB. */
const onlyAscii = {
  name: 'only-ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = file.code.replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
    }
  },
};

/** Traces lead to our sources. Of packages there is no map: the first trace of a process would read fifteen megabytes for it. */
const ourMaps = {
  name: 'our-maps',
  async load(id) {
    if (!id.startsWith(join(root, 'dist/'))) return null;
    return { code: await readFile(id, 'utf8'), map: await readFile(`${id}.map`, 'utf8') };
  },
  generateBundle(_, files) {
    for (const [name, file] of Object.entries(files)) {
      if (!name.startsWith('shared/packages')) continue;
      if (file.type === 'asset') delete files[name];
      else file.code = file.code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
    }
  },
};
