// Workers that are killed in the middle of a large purge: it finishes, once, and what it counted is what was there.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, Database } from '#postgres';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/hold.js';

const E = '2026-04-30T00:00:00.000Z';
const P = '2027-04-30T00:00:00.000Z';
const perUpload = 10_000;
const uploads = 4;

let running: Running;
let database: Database;
beforeAll(async () => {
  running = await startRunning();
  database = new Database(await connect({ url: running.databaseUrl, poolSize: 1, applicationName: 'sunset-test' }));
}, startLimitMs);
afterAll(async () => {
  await database.dataSource.destroy();
  await running.stop();
}, startLimitMs);

interface Purge {
  readonly status: string;
  readonly stores: readonly { readonly name: string; readonly deleted: Readonly<Record<string, number>> }[];
}

it('survives SIGKILL while it deletes', async () => {
  const account = await Account.open(running.client, { now: '2026-03-30T00:00:00Z' });
  const subscription = await account.subscribe();
  for (let upload = 0; upload < uploads; upload += 1) {
    const content = Array.from({ length: perUpload }, (_, line) => JSON.stringify({ id: `${upload}-${line}`, phone: '+12065550100' })).join('\n');
    (await account.post('/data/contacts', undefined, { raw: { type: 'application/x-ndjson', content } })).expect(200);
  }
  await account.cancel(subscription);
  await account.advance(E);

  // With the last record in other hands no worker, however quick, is done before it is killed.
  const letGo = await hold(database, () => database.query('SELECT FROM sunset.retained_data WHERE account_id = $1 ORDER BY position DESC LIMIT 1 FOR UPDATE', [account.accountId]));
  const purge = async (): Promise<Purge | undefined> =>
    (await running.client.get(`/v1/ops/purges?accountId=${account.accountId}`, { as: 'operator' })).expect<{ data: Purge[] }>(200).data[0];
  const deleted = async (): Promise<number> => (await purge())?.stores.find(({ name }) => name === 'retained data')?.deleted['contacts'] ?? 0;

  const killOnceMoreIsDeletedThan = async (before: number): Promise<number> => {
    await eventually('more is deleted', async () => (await deleted()) > before || (await purge())?.status === 'done', 240_000);
    await running.service.workers.at(-1)!.kill('SIGKILL');
    const seen = await deleted();
    running.service.addWorker();
    return seen;
  };
  let first: number;
  try {
    (await running.client.post(`/v1/test-clocks/${account.clock}/advance`, { body: { to: P } })).expect(202);
    first = await killOnceMoreIsDeletedThan(0);
  } finally {
    await letGo();
  }
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(perUpload * uploads);
  await killOnceMoreIsDeletedThan(first);

  await eventually('it is finished', async () => (await account.get('/purge-certificate')).status === 200, 240_000);
  const { certificate } = await account.read<{ certificate: { counts: Record<string, number> } }>('/purge-certificate', { as: 'operator' });
  expect(certificate.counts).toMatchObject({ contacts: perUpload * uploads });
  expect(await account.dated('PurgeStarted', 'DataPurged')).toEqual([`PurgeStarted ${P}`, `DataPurged ${P}`]);
}, 1_200_000);
