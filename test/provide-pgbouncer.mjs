// A PgBouncer for the tests: one that is found, or one that is installed where that may be done; in transaction mode before a PostgreSQL of theirs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { serverUser, giveTo } from '../apps/launch/postgres-user.mjs';
import { freePort } from '../apps/launch/ports.mjs';
import { launch } from '../apps/launch/processes.mjs';
import { installWith } from './install.mjs';

/** Debian has it where only administrators look. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` };
const isThere = () => spawnSync('pgbouncer', ['--version'], { env, stdio: 'ignore' }).status === 0;

/** Unless it is there. */
export async function installPgBouncer({ say, signal }) {
  if (isThere()) return;
  await installWith({ name: 'pgbouncer', apt: ['pgbouncer'], brew: ['pgbouncer'], say, signal, otherwise: 'the tests need a PgBouncer: install pgbouncer (Debian: sudo apt-get install pgbouncer)' });
}

/**
 * Resolves with `through(url)`, the same database by way of the pooler, and `stop()`. Everybody comes as the user of `serverUrl`, whose databases it leads to.
 * `poolSize`: connections to each database, which all its clients share.
 */
export async function providePgBouncer({ serverUrl, poolSize = 20, say, signal }) {
  await installPgBouncer({ say, signal });
  const server = new URL(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), 'sunset-pgbouncer-'));
  const user = serverUser(join(folder, 'nothing'));
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  // Nothing is ignored of what a client says at its start: what a pooler refuses must not be said.
  writeFileSync(file, `[databases]
* = host=${server.hostname} port=${server.port || 5432} user=${server.username} password='${decodeURIComponent(server.password)}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 2000
default_pool_size = ${poolSize}
server_idle_timeout = 5
`, { mode: 0o600 });
  for (const path of [folder, file]) giveTo(user, path);
  const lines = [];
  const pooler = launch('pgbouncer', [file], { ...user, cwd: '/', env, detached: true, lastSignal: 'INT', output: (line) => lines.push(line) });
  const through = (url) => {
    const pooled = new URL(url);
    pooled.host = `127.0.0.1:${port}`;
    pooled.searchParams.set('pooler', 'transaction');
    return pooled.href;
  };
  const stop = async () => {
    await pooler.stop([['INT', 2000], ['TERM', 2000]]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([answering(through(serverUrl), signal), pooler.ended.then((how) => { throw new Error(`pgbouncer ended (${how}):\n${lines.join('\n')}`); })]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { through, stop };
}

async function answering(url, signal) {
  for (let tries = 600; ; tries -= 1) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(100, undefined, { signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
