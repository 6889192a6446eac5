// Runs one of the built programs, from a fresh clone if need be, and says nothing of its own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
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

const quiet = () => undefined;

/** The service's database: that of DATABASE_URL, else the data folder's own, served until `stop()`. Ends the process where nothing was ever started. */
export async function provideDatabase() {
  const dataDir = dataFolder();
  if (process.env.DATABASE_URL) return { dataDir, url: process.env.DATABASE_URL, stop: quiet };
  if (!existsSync(dataDir)) {
    console.error(`nothing was ever started in ${dataDir}; say DATA_DIR, or DATABASE_URL`);
    process.exit(1);
  }
  const { providePostgres } = await import('./postgres.mjs');
  return { dataDir, ...(await providePostgres({ dataDir, say: quiet })) };
}

/** The packages are installed, if they are missing. */
export const providePackages = () => installDependencies({ say: quiet, signal: new AbortController().signal });

/** The packages are installed and the program is built, as far as either is missing. */
export async function provideBuild() {
  const { signal } = new AbortController();
  await providePackages();
  await build({ say: quiet, signal });
}

/** Resolves with the status it ended with. */
export function runProgram({ file, args }, env) {
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}
