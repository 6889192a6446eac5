// Runs one of the built programs against the service's database: DATABASE_URL, or the data folder's own PostgreSQL.
import { existsSync } from 'node:fs';
import { wantsHelp } from './arguments.mjs';
import { masterKeySettings } from './master-key.mjs';
import { dataFolder, programAsked, provideBuild, runProgram } from './programs.mjs';

const program = programAsked('with-database.mjs');
await provideBuild();
if (wantsHelp(program.args)) process.exit(await runProgram(program, {}));

const dataDir = dataFolder();
if (!process.env.DATABASE_URL && !existsSync(dataDir)) {
  console.error(`nothing was ever started in ${dataDir}; say DATA_DIR, or DATABASE_URL`);
  process.exit(1);
}
const quiet = () => undefined;
const { providePostgres } = await import('./postgres.mjs');
const { url, stop } = process.env.DATABASE_URL ? { url: process.env.DATABASE_URL, stop: quiet } : await providePostgres({ dataDir, say: quiet });
const status = await runProgram(program, {
  DATABASE_URL: url,
  DATA_DIR: dataDir,
  ...masterKeySettings(dataDir),
});
await stop();
process.exit(status);
