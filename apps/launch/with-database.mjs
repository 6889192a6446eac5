// Runs one of the built programs against the service's database: DATABASE_URL, or the data folder's own PostgreSQL.
import { wantsHelp } from './arguments.mjs';
import { masterKeySettings } from './master-key.mjs';
import { programAsked, provideBuild, provideDatabase, runProgram } from './programs.mjs';

const program = programAsked('with-database.mjs');
await provideBuild();
if (wantsHelp(program.args)) process.exit(await runProgram(program, {}));

const { dataDir, url, stop } = await provideDatabase();
const status = await runProgram(program, {
  DATABASE_URL: url,
  DATA_DIR: dataDir,
  ...masterKeySettings(dataDir),
});
await stop();
process.exit(status);
