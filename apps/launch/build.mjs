// What is in `dist`: the programs, each source compiled by itself, so that only what has changed is, and then bundled; and the pages. Types are checked by `npm run typecheck` and `npm test`.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { bundle } from './bundle.mjs';
import { root } from './dependencies.mjs';
import { buildPages } from './pages.mjs';

/** What was compiled, and from what: the size and time of each source, by its path. */
const record = join(root, 'dist/.built');

/** The programs and the pages. Throws what the compiler says of a source that cannot be read. */
export async function build({ say, signal }) {
  await bundle({ again: await compileChanged({ say, signal }), signal });
  await buildPages({ say, signal });
}

/** Whether anything was. Of a source that cannot be read `dist` keeps what it had before, and nothing is taken for compiled. */
async function compileChanged({ say, signal }) {
  const settings = readFileSync(join(root, '.swcrc'), 'utf8');
  const { $schema: _schema, ...options } = JSON.parse(settings);
  const sources = Object.fromEntries([...sourcesIn('apps'), ...sourcesIn('libs')].map((source) => [source, fingerprint(source)]));
  const before = recorded(settings + versionOf('@swc/core'));
  const changed = Object.keys(sources).filter((source) => before.sources[source] !== sources[source] || !existsSync(compiled(source)));
  const gone = Object.keys(before.sources).filter((source) => !(source in sources));
  if (changed.length + gone.length === 0) return false;
  say(`building ${changed.length} of ${Object.keys(sources).length} files`);
  rmSync(record, { force: true });
  for (const source of gone) for (const file of [compiled(source), `${compiled(source)}.map`]) rmSync(file, { force: true });
  // Not before: whoever imports this file may have to install it first.
  const { transformFile } = await import('@swc/core');
  for (const source of changed) {
    signal?.throwIfAborted();
    await compile(source, (path) => transformFile(path, { ...options, swcrc: false, sourceMaps: true }));
  }
  writeFileSync(record, JSON.stringify({ compiler: before.compiler, sources }));
  return true;
}

const sourcesIn = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('/test/') && !path.startsWith('apps/web/'));

const compiled = (source) => join(root, 'dist', source.replace(/\.ts$/, '.js'));

function fingerprint(source) {
  const { size, mtimeMs } = statSync(join(root, source));
  return `${size} ${mtimeMs}`;
}

const versionOf = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** Of the last build by the same compiler; of another one nothing counts but the names of what it has left in `dist`. */
function recorded(compiler) {
  try {
    const { compiler: last, sources } = JSON.parse(readFileSync(record, 'utf8'));
    return { compiler, sources: last === compiler ? sources : Object.fromEntries(Object.keys(sources).map((source) => [source, ''])) };
  } catch {
    return { compiler, sources: {} };
  }
}

async function compile(source, transform) {
  const target = compiled(source);
  const { code, map } = await transform(join(root, source));
  mkdirSync(dirname(target), { recursive: true });
  const { sourcesContent: _text, ...places } = JSON.parse(map);
  writeFileSync(`${target}.map`, JSON.stringify({ ...places, sources: [relative(dirname(target), join(root, source))] }));
  writeFileSync(target, `${code}//# sourceMappingURL=${basename(target)}.map\n`);
}
