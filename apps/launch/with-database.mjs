// Runs one of the built programs against the service's database: DATABASE_URL, or the data folder's own PostgreSQL.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, installDependencies, root } from './dependencies.mjs';
import { masterKeyFile } from './master-key.mjs';

const [program = '', ...args] = process.argv.slice(2);
const [app, name] = program.split('/');
if (!app || !name) throw new Error('usage: node apps/launch/with-database.mjs APP/PROGRAM [ARGUMENT...]');

const quiet = () => undefined;
const { signal } = new AbortController();
await installDependencies({ say: quiet, signal });
await build({ say: quiet, signal });

const dataDir = resolve(root, process.env.DATA_DIR || '.data');
if (!process.env.DATABASE_URL && !existsSync(dataDir)) {
  console.error(`nothing was ever started in ${dataDir}; say DATA_DIR, or DATABASE_URL`);
  process.exit(1);
}
const { providePostgres } = await import('./postgres.mjs');
const { url, stop } = process.env.DATABASE_URL ? { url: process.env.DATABASE_URL, stop: quiet } : await providePostgres({ dataDir, say: quiet, signal });
const env = {
  ...process.env,
  DATABASE_URL: url,
  ...(process.env.SUNSET_MASTER_KEY || process.env.SUNSET_MASTER_KEY_FILE ? {} : { SUNSET_MASTER_KEY_FILE: masterKeyFile(dataDir) }),
};
const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/apps', app, 'src', `${name}.js`), ...args], { stdio: 'inherit', env });
const status = await new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
await stop();
process.exit(status);
