// What must be there before anything can run: the packages of package-lock.json and the compiled program.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/** Whether node_modules holds what package-lock.json asks for; what is optional may be missing, not different. */
export function dependenciesAreInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

export async function installDependencies({ say, signal }) {
  if (dependenciesAreInstalled()) return;
  say('installing dependencies (npm ci), about a minute');
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await run('npm ci', command, [...args, 'ci', '--include=dev', '--include=optional', '--no-fund', '--no-audit'], { cwd: root, signal, stdio: 'inherit' });
}

const sourcesIn = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

/** Names, sizes and times of everything the build reads. */
function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const file of [...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

const stampFile = join(root, 'dist/.built');
const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return { sources: [] };
  }
};

/**
 * Compiles, unless nothing changed since the last time. Types are checked by `npm test` and `npm run build`, not here: that halves the
 * wait. What was compiled from a source that is gone goes with it.
 */
export async function build({ say, signal }) {
  const sources = [...sourcesIn('apps'), ...sourcesIn('libs')];
  const stamp = readStamp();
  const wanted = fingerprint(sources);
  if (stamp.fingerprint === wanted && existsSync(join(root, 'dist'))) return;
  say('building');
  rmSync(stampFile, { force: true });
  for (const gone of stamp.sources.filter((source) => !sources.includes(source))) {
    for (const ending of ['.js', '.js.map']) rmSync(join(root, 'dist', gone.replace(/\.ts$/, ending)), { force: true });
  }
  await run('the build', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'], { cwd: root, signal, stdio: 'inherit' });
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ fingerprint: wanted, sources }));
}
