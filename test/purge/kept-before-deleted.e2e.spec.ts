// The platform's database beside the service's: a worker that is killed between their commits loses nobody's wish to be left alone, and a table that does
// not answer keeps neither other purges nor the end of the process waiting.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, Database } from '#postgres';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/hold.js';

const P = '2027-04-30T00:00:00.000Z';
const phones = Array.from({ length: 40 }, (_, index) => `+120655501${String(index).padStart(2, '0')}`);
/** Of the lock at which the worker is stopped. */
const gate = 4711;

let platform: FreshDatabase;
let folder: string;
let running: Running;
let database: Database;
beforeAll(async () => {
  platform = await freshDatabase({ poolSize: 2 });
  await platform.database.query('CREATE TABLE persons (owner text, phone text, opted_out boolean)');
  folder = await mkdtemp(join(tmpdir(), 'sunset-platform-'));
  const file = join(folder, 'tables.json');
  const optOut = { column: 'opted_out', addressColumns: ['phone'] };
  await writeFile(file, JSON.stringify([{ url: platform.directUrl, table: 'persons', accountColumn: 'owner', category: 'contacts', optOut }]));
  running = await startRunning({ environment: { PLATFORM_DATA_FILE: file } });
  database = new Database(await connect({ url: running.databaseUrl, poolSize: 2, applicationName: 'sunset-test' }));
}, startLimitMs);
afterAll(async () => {
  await database.dataSource.destroy();
  await running.stop();
  await platform.drop();
  await rm(folder, { recursive: true });
}, startLimitMs);

it('the wishes are kept before the rows that say so are gone', async () => {
  const account = await Account.open(running.client, { now: '2026-03-30T00:00:00Z' });
  const subscription = await account.subscribe();
  await platform.database.query('INSERT INTO persons SELECT $1, phone, true FROM unnest($2::text[]) AS phone', [account.accountId, phones]);
  await account.cancel(subscription);
  const leftThere = async (): Promise<number> => (await platform.database.query('SELECT FROM persons')).length;
  const optedOut = async (): Promise<number> => {
    const { data } = (await running.client.post('/v1/opt-outs/lookups', { body: { values: phones } })).expect<{ data: readonly { optedOut: boolean }[] }>(200);
    return data.filter((one) => one.optedOut).length;
  };
  expect([await leftThere(), await optedOut()]).toEqual([phones.length, 0]);

  // Whoever writes down what was deleted waits: the platform's rows are gone by then, and the service's own transaction is still open.
  await database.query(`CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(${gate}); RETURN NEW; END $$`);
  await database.query(`CREATE TRIGGER wait_at_gate BEFORE UPDATE ON sunset.purge_stores FOR EACH ROW WHEN (NEW.store LIKE 'platform%') EXECUTE FUNCTION wait_at_gate()`);
  const letGo = await hold(database, () => database.query(`SELECT pg_advisory_xact_lock(${gate})`));
  try {
    (await running.client.post(`/v1/test-clocks/${account.clock}/advance`, { body: { to: P } })).expect(202);
    await eventually('the rows are gone', async () => (await leftThere()) === 0, 240_000);
    await running.service.workers.at(-1)!.kill('SIGKILL');
    await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' AND pid <> pg_backend_pid()`);
  } finally {
    await letGo();
  }
  expect(await optedOut()).toBe(phones.length);

  running.service.addWorker();
  await eventually('it is finished', async () => (await account.get('/purge-certificate')).status === 200, 240_000);
  expect([await leftThere(), await optedOut()]).toEqual([0, phones.length]);
}, 1_200_000);

it('a table that does not answer keeps neither another purge waiting nor the worker from ending, and nothing runs on in its database', async () => {
  const lapsed = async (): Promise<Account> => {
    const account = await Account.open(running.client, { now: '2026-03-30T00:00:00Z' });
    await account.cancel(await account.subscribe());
    return account;
  };
  const [slow, quick] = [await lapsed(), await lapsed()];
  await platform.database.query('INSERT INTO persons VALUES ($1, $3, true), ($2, $3, false)', [slow.accountId, quick.accountId, phones[0]]);
  const waitingThere = async (): Promise<number> =>
    (await platform.database.query("SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sunset-platform-data' AND state <> 'idle' AND wait_event_type = 'Lock'")).length;
  const letGo = await hold(platform.database, () => platform.database.query('SELECT FROM persons WHERE owner = $1 FOR UPDATE', [slow.accountId]));
  try {
    for (const { clock } of [slow, quick]) (await running.client.post(`/v1/test-clocks/${clock}/advance`, { body: { to: P } })).expect(202);
    await eventually('the table does not answer', async () => (await waitingThere()) === 1, 240_000);
    await eventually('the other purge is done', async () => (await quick.get('/purge-certificate')).status === 200, 240_000);
    expect([await waitingThere(), (await slow.get('/purge-certificate')).status]).toEqual([1, 404]);
    const worker = running.service.workers.at(-1)!;
    await worker.kill('SIGTERM');
    expect(await worker.ended).toBe('status 0');
    await eventually('nothing runs on', async () => (await waitingThere()) === 0);
  } finally {
    await letGo();
  }
  running.service.addWorker();
  await eventually('it is finished', async () => (await slow.get('/purge-certificate')).status === 200, 240_000);
  expect((await running.client.get(`/v1/ops/purges?accountId=${slow.accountId}`, { as: 'operator' })).expect<{ data: object[] }>(200).data).toMatchObject([{ status: 'done', attempts: 0 }]);
}, 1_200_000);
