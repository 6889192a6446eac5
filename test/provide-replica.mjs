// A PostgreSQL for the tests with a streaming replica: a copy of its stopped folder that follows it.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveTo, serverUser } from '../apps/launch/postgres-user.mjs';
import { providePostgres } from '../apps/launch/postgres.mjs';

/** Of the database `postgres`, empty. */
export async function replicated({ say = () => undefined, signal } = {}) {
  const [primaryDir, replicaDir] = [mkdtempSync(join(tmpdir(), 'sunset-primary-')), mkdtempSync(join(tmpdir(), 'sunset-replica-'))];
  const started = [];
  const stop = async () => {
    for (const one of started.splice(0).reverse()) await one();
    for (const folder of [primaryDir, replicaDir]) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const settings = { database: 'postgres', durable: false, say, signal };
    await (await providePostgres({ dataDir: primaryDir, ...settings })).stop();
    const folder = join(replicaDir, 'postgres');
    // With owners and modes: PostgreSQL looks at both.
    const copied = spawnSync('cp', ['-a', join(primaryDir, 'postgres'), folder], { encoding: 'utf8' });
    if (copied.status !== 0) throw new Error(copied.stderr);
    const primary = await providePostgres({ dataDir: primaryDir, ...settings });
    started.push(primary.stop);
    const { hostname, port, username, password } = new URL(primary.url);
    appendFileSync(join(folder, 'standby.signal'), '');
    giveTo(serverUser(folder), join(folder, 'standby.signal'));
    appendFileSync(join(folder, 'postgresql.auto.conf'), `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`);
    const replica = await providePostgres({ dataDir: replicaDir, ...settings });
    started.push(replica.stop);
    return { primaryUrl: primary.url, replicaUrl: replica.url, stopReplica: replica.stop, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
