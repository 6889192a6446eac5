// Runs one of the built programs, from a fresh clone if need be, and says nothing of its own.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { build } from './build.mjs';
import { programFile } from './bundle.mjs';
import { installDependencies, root } from './dependencies.mjs';

export const dataFolder = () => resolve(root, process.env.DATA_DIR || '.data');

/** `APP/PROGRAM` and its arguments, from our own. Throws an `Error` with the usage. */
export function programAsked(runner) {
  const [program = '', ...args] = process.argv.slice(2);
  if (!/^\w+\/[\w-]+$/.test(program)) throw new Error(`usage: node apps/launch/${runner} APP/PROGRAM [ARGUMENT...]`);
  return { file: programFile(program), args };
}

/** The packages are installed and the program is built, as far as either is missing. */
export async function provideBuild() {
  const quiet = () => undefined;
  const { signal } = new AbortController();
  await installDependencies({ say: quiet, signal });
  await build({ say: quiet, signal });
}

/** Resolves with the status it ended with. */
export function runProgram({ file, args }, env) {
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}
