// What must be there before anything can run: the packages of package-lock.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
