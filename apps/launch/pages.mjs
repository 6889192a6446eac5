// The pages in `dist/web`, as browsers load them: made anew when anything they are made of has changed.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { root } from './dependencies.mjs';
import { run } from './processes.mjs';

const folder = join(root, 'apps/web');
const pages = join(root, 'dist/web');
const record = join(pages, '.built');

/** Throws where a source cannot be read or a message has no translation; its reason stands above then. */
export async function buildPages({ say, signal }) {
  const made = sources().map((path) => `${relative(root, path)} ${fingerprint(path)}`).join('\n');
  if (existsSync(record) && readFileSync(record, 'utf8') === made) return;
  say('building the pages');
  // By itself: it takes the environment of its process for that of the pages.
  await run('the build of the pages', process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: folder, signal, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const path of filesIn(join(pages, 'assets'))) squeeze(path);
  writeFileSync(record, made);
}

/** Beside it lies what is sent to a browser that can read it. */
function squeeze(path) {
  const content = readFileSync(path);
  if (content.length < 1_024) return;
  writeFileSync(`${path}.br`, brotliCompressSync(content));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

const sources = () => [
  ...filesIn(folder).filter((path) => !/\.(md|png)$|\.spec\.ts$/.test(path)),
  ...filesIn(join(root, 'clients/typescript/src')),
  join(root, 'package-lock.json'),
];

const filesIn = (path) =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

function fingerprint(path) {
  const { size, mtimeMs } = statSync(path);
  return `${size} ${mtimeMs}`;
}
