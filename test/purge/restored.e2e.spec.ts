// A database restored from before a purge does not serve the purged account: the ledger is applied before anybody is answered.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from '#postgres';
import { Account } from '../end-to-end/account.js';
import { newMasterKey, startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const E = '2026-04-30T00:00:00.000Z';
const P = '2027-04-30T00:00:00.000Z';

let original: FreshDatabase;
let restored: string;
let ledger: string;
let running: Running | undefined;
const masterKey = newMasterKey();

beforeAll(async () => {
  original = await freshDatabase({ poolSize: 1 });
  restored = original.url.replace(/[^/]+$/, (name) => `${name}_restored`);
  ledger = await mkdtemp(join(tmpdir(), 'sunset-ledger-'));
}, startLimitMs);

afterAll(async () => {
  await running?.stop();
  await onServer(`DROP DATABASE IF EXISTS ${nameOf(restored)} WITH (FORCE)`);
  await original.drop();
  await rm(ledger, { recursive: true, force: true });
}, startLimitMs);

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

async function onServer(sql: string): Promise<unknown[]> {
  const server = await connect({ url: original.url.replace(/[^/]+$/, 'postgres'), poolSize: 1 });
  try {
    return await server.query<unknown[]>(sql);
  } finally {
    await server.destroy();
  }
}

const start = async (databaseUrl: string, workers: number): Promise<Running> =>
  (running = await startRunning({ workers, redis: false, databaseUrl, masterKey, environment: { PURGE_LEDGER: ledger } }));

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

it('a purged account stays purged, and an account of its neighbour is served', async () => {
  const before = await start(original.url, 1);
  const account = await Account.open(before.client, { now: '2026-03-30T00:00:00Z', name: 'Marker Restored', email: 'marker-restored@example.com' });
  const neighbour = await Account.open(before.client, { now: '2026-03-30T00:00:00Z' });
  await account.cancel(await account.subscribe());
  await account.advance(E);
  await stop();
  await original.database.dataSource.destroy();
  await eventually('nobody is connected', async () => (await onServer(`SELECT FROM pg_stat_activity WHERE datname = '${nameOf(original.url)}'`)).length === 0);
  await onServer(`CREATE DATABASE ${nameOf(restored)} TEMPLATE ${nameOf(original.url)}`);

  const onwards = await start(original.url, 1);
  const same = account.on(onwards.client);
  await same.advance(P);
  expect((await same.get('/purge-certificate')).status).toBe(200);
  await stop();

  const withoutWorker = await start(restored, 0);
  const back = account.on(withoutWorker.client);
  expect((await back.get('')).told).toBe('410 account_purged');
  expect((await back.get('/membership', { as: 'customer' })).told).toBe('410 account_purged');
  expect(await neighbour.on(withoutWorker.client).read('')).toMatchObject({ name: 'Ada Example' });

  withoutWorker.service.addWorker();
  await eventually('the ledger is applied', async () => (await back.get('/purge-certificate')).status === 200, 240_000);
  expect(await back.dated('PurgeStarted', 'DataPurged')).toEqual([`PurgeStarted ${P}`, `DataPurged ${P}`]);
  expect(JSON.stringify(await back.all('/events', { as: 'operator' }))).not.toMatch(/marker.restored/i);
}, 1_200_000);
