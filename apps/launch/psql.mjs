// `npm run psql`: SQL as an analyst on the service's database; with psql where there is one, else with a prompt of our own.
import { spawn, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { analystUrl, connected } from './analyst.mjs';
import { wantsHelp } from './arguments.mjs';
import { provideDatabase, providePackages } from './programs.mjs';
import { sqlPrompt, usage as keys } from './sql-prompt.mjs';

const usage = `npm run psql -- [--url] [ARGUMENT OF PSQL...]

SQL as an analyst: the views of schema analytics, which name no person (libs/read-models/DICTIONARY.md), read-only, a minute for a statement. On the database
that npm start keeps, or that of DATABASE_URL. --url prints the address for another tool, password included. Without psql on the PATH:
-c STATEMENT (as often as wanted), --csv, else what is typed or piped in; ${keys}.`;

const given = process.argv.slice(2);
if (wantsHelp(given)) {
  console.log(usage);
  process.exit(0);
}
await providePackages();
const { dataDir, url, stop } = await provideDatabase();
// What runs in front hears Ctrl-C too, and decides what that means.
process.on('SIGINT', () => undefined);
let status = 1;
try {
  const analyst = await analystUrl(process.env.DATABASE_DIRECT_URL || url, dataDir);
  if (given.includes('--url')) console.log(analyst.href);
  status = given.includes('--url') ? 0 : await (hasPsql() ? psql(analyst) : ownPrompt(analyst));
} catch (error) {
  console.error(error.message);
}
await stop();
process.exit(status);

function hasPsql() {
  return spawnSync('psql', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The password goes by the environment: a list of processes shows arguments to everybody. */
function psql(analyst) {
  const address = new URL(analyst);
  address.password = '';
  const child = spawn('psql', [`--dbname=${address.href}`, ...given], { stdio: 'inherit', env: { ...process.env, PGPASSWORD: decodeURIComponent(analyst.password) } });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}

async function ownPrompt(analyst) {
  const { values: { command: commands = [], csv = false } } = parseArgs({ args: given, options: { command: { type: 'string', short: 'c', multiple: true }, csv: { type: 'boolean' } } });
  const { stdin: input, stdout: output } = process;
  const well = await connected(analyst, (client) => sqlPrompt(client, { commands, csv, input, output, complain: console.error }));
  return well ? 0 : 1;
}
