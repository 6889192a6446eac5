// A streaming replica: what is read there is never older than what the primary had, and one that is away says so.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, Database, Replica, ReplicaAway } from './index.js';
import { replicated, type Replicated } from '../../../test/support/replica.js';

let servers: Replicated;
let primary: Database;
const open = async (url: string): Promise<Database> => new Database(await connect({ url, poolSize: 2 }));
beforeAll(async () => {
  servers = await replicated();
  primary = await open(servers.primaryUrl);
  await primary.query('CREATE TABLE seen (n int)');
}, 300_000);
afterAll(async () => {
  await primary.close();
  await servers.stop();
});

it('has what was written before it is asked, every time', async () => {
  const replica = new Replica(primary, () => open(servers.replicaUrl), 60_000);
  for (let n = 1; n <= 10; n += 1) {
    await primary.query('INSERT INTO seen VALUES ($1)', [n]);
    const database = await replica.caughtUp();
    const [seen] = await database.query<{ count: number }>('SELECT count(*) AS count FROM seen');
    expect(seen!.count).toBe(n);
  }
  const here = await replica.caughtUp();
  await expect(here.query('INSERT INTO seen VALUES (0)')).rejects.toThrow('read-only');
  await replica.close();
});

it('that waits to apply what it has is too far behind, until it goes on', async () => {
  const replica = new Replica(primary, () => open(servers.replicaUrl), 200);
  await (await replica.caughtUp()).query('SELECT pg_wal_replay_pause()');
  await primary.query('INSERT INTO seen VALUES (11)');
  await expect(replica.caughtUp()).rejects.toThrow(ReplicaAway);
  const patient = new Replica(primary, () => open(servers.replicaUrl), 60_000);
  const later = patient.caughtUp();
  const other = await open(servers.replicaUrl);
  await other.query('SELECT pg_wal_replay_resume()');
  await later;
  await Promise.all([replica.close(), patient.close(), other.close()]);
});

it('that is none is not taken for one', async () => {
  const replica = new Replica(primary, () => open(servers.primaryUrl));
  await expect(replica.caughtUp()).rejects.toThrow('is none');
  await replica.close();
});

it('that has gone is away, and one that comes later is used', async () => {
  let url = servers.primaryUrl.replace(/:\d+\//, ':1/');
  const replica = new Replica(primary, () => open(url), 60_000);
  await expect(replica.caughtUp()).rejects.toThrow(ReplicaAway);
  url = servers.replicaUrl;
  expect(await replica.caughtUp()).toBeInstanceOf(Database);
  await servers.stopReplica();
  await expect(replica.caughtUp()).rejects.toThrow();
  await replica.close();
});
