// Provides a PostgreSQL of our own, kept in a data folder: makes it, starts it, finds it running, stops it.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './postgres-binaries.mjs';
import { giveTo, serverUser, within } from './postgres-user.mjs';
import { freePort, isFree } from './ports.mjs';
import { launch, run, supervise } from './processes.mjs';

const superuser = 'postgres';
/** Fast shutdown, then immediate. */
const shutdown = [['INT', 6000], ['QUIT', 3000]];

/**
 * Makes the cluster `<dataDir>/postgres` if there is none and starts it, unless it runs already; then it is only used, not stopped, and one of our own
 * is started when it ends before `stop()`.
 * `durable: false` gives up fsync, and the superuser's password is not asked for: checking one takes longer than most statements of a test. Resolves with the url of `database` (made if missing) and `stop()`.
 */
export async function providePostgres({ dataDir, database = 'sunset', durable = true, say, signal }) {
  const folder = join(dataDir, 'postgres');
  mkdirSync(dataDir, { recursive: true });
  const user = serverUser(folder);
  const running = existsSync(folder) && (await findRunning(folder, signal));
  const binaries = findBinaries({ major: majorOf(folder), user });
  if (running) {
    say(`PostgreSQL runs already in ${folder}`);
  } else {
    if (!existsSync(folder)) {
      say(`making a PostgreSQL ${binaries.major} cluster in ${folder}`);
      await makeCluster({ folder, dataDir, binaries, user, durable, signal });
    }
    say(`starting PostgreSQL ${binaries.major} in ${folder}`);
  }
  const connection = running || (await chooseAddress(folder, user));
  const logFile = join(dataDir, 'postgres.log');
  const own = () => startServer({ folder, binaries, user, durable, logFile, port: connection.port });
  const server = supervise('PostgreSQL', () => (running && isServed(folder) ? somebodyElses(folder) : own()), say);
  try {
    await Promise.race([answering(connection, signal), server.firstEnd.then((how) => { throw new Error(`PostgreSQL ended (${how}):\n${endOf(logFile)}`); })]);
    const url = await withDatabase(connection, database);
    server.keep();
    return { url, stop: () => server.stop(shutdown) };
  } catch (error) {
    await server.stop(shutdown);
    throw error;
  }
}

const majorOf = (folder) => {
  if (!existsSync(folder)) return undefined;
  try {
    return Number(readFileSync(join(folder, 'PG_VERSION'), 'utf8'));
  } catch {
    throw new Error(`${folder} is no PostgreSQL cluster: remove it or choose another DATA_DIR`);
  }
};

const endOf = (file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');

/** Made under another name and then renamed, so that an interrupted start leaves no half cluster behind. */
async function makeCluster({ folder, dataDir, binaries, user, durable, signal }) {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  giveTo(user, fresh);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = unnamedFile(join(dataDir, '.password'), password, user);
  const settings = [`--username=${superuser}`, '--pwfile=/dev/fd/3', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  try {
    await within(user, fresh, (path, descriptors) =>
      run('initdb', join(binaries.folder, 'initdb'), ['-D', path, ...settings, ...(durable ? [] : ['--no-sync'])], {
        ...user, cwd: '/', signal, stdio: ['ignore', 'pipe', 'pipe', passwordFile, ...descriptors],
      }),
    );
  } finally {
    closeSync(passwordFile);
  }
  if (!durable) {
    const rules = join(fresh, 'pg_hba.conf');
    writeFileSync(rules, `host all ${superuser} 127.0.0.1/32 trust\n${readFileSync(rules, 'utf8')}`);
  }
  writeAddress(fresh, { port: await freePort(), password }, user);
  renameSync(fresh, folder);
}

/** A descriptor to read `text` from; the file has no name any more. */
function unnamedFile(path, text, user) {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  giveTo(user, path);
  const descriptor = openSync(path, 'r');
  unlinkSync(path);
  return descriptor;
}

const addressFile = 'sunset.json';
const readAddress = (folder) => JSON.parse(readFileSync(join(folder, addressFile), 'utf8'));
function writeAddress(folder, address, user) {
  const file = join(folder, addressFile);
  writeFileSync(`${file}.new`, JSON.stringify(address), { mode: 0o600 });
  giveTo(user, `${file}.new`);
  renameSync(`${file}.new`, file);
}

/** The port of last time if it is still free, else another one. */
async function chooseAddress(folder, user) {
  const address = readAddress(folder);
  if (await isFree(address.port, '127.0.0.1')) return address;
  const moved = { ...address, port: await freePort() };
  writeAddress(folder, moved, user);
  return moved;
}

/** What statements are about stays out of the log, where no purge would reach it: parameters, and the rows that an error would quote. */
const discreet = { log_parameter_max_length: 0, log_parameter_max_length_on_error: 0, log_error_verbosity: 'terse' };

/** In a session of its own, so that a signal to our process group does not stop it before its clients. */
function startServer({ folder, binaries, user, durable, logFile, port }) {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Of an API and workers whose statements take long every pool is full, and tests run several of them at once.
    max_connections: 400,
    cluster_name: 'sunset',
    // Of who was cut off nothing runs on.
    client_connection_check_interval: '5s',
    ...discreet,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const output = openSync(logFile, 'a', 0o600);
  try {
    return within(user, folder, (path, descriptors) =>
      launch(join(binaries.folder, 'postgres'), ['-D', path, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
        ...user, cwd: '/', output, detached: true, lastSignal: 'INT', descriptors,
      }),
    );
  } finally {
    closeSync(output);
  }
}

const urlOf = ({ port, password }, database) => `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;

async function query(address, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: urlOf(address, 'postgres'), connectionTimeoutMillis: 20_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function answering(address, signal, seconds = 60) {
  for (let tries = seconds * 10; ; tries -= 1) {
    try {
      return await query(address, 'select 1');
    } catch (error) {
      if (tries === 0) throw error;
    }
    await sleep(100, undefined, { signal });
  }
}

async function withDatabase(address, database) {
  const found = await query(address, `select from pg_database where datname = '${database}'`);
  if (found.length === 0) await query(address, `create database "${database}"`);
  return urlOf(address, database);
}

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const pidFileOf = (folder) => join(folder, 'postmaster.pid');

function isServed(folder) {
  try {
    return isAlive(Number.parseInt(readFileSync(pidFileOf(folder), 'utf8'), 10));
  } catch {
    return false;
  }
}

/** A server that others run on the folder, as something that ends when it does. To stop it is to look away. */
function somebodyElses(folder) {
  const looking = new AbortController();
  const watch = async () => {
    while (isServed(folder)) await sleep(200, undefined, { signal: looking.signal });
    return 'whoever started it stopped it';
  };
  return { ended: watch().catch(() => 'no longer watched'), stop: async () => looking.abort() };
}

/** The address of a server that runs on this folder and knows our password. One that is just stopping is waited for. */
async function findRunning(folder, signal) {
  for (let tries = 100; tries > 0 && isServed(folder); tries -= 1) {
    try {
      await query(readAddress(folder), 'select 1');
      return readAddress(folder);
    } catch {
      await sleep(100, undefined, { signal });
    }
  }
  return undefined;
}
