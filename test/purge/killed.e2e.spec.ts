// Workers that are killed in the middle of a large purge: it finishes, once, and what it counted is what was there.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';

const E = '2026-04-30T00:00:00.000Z';
const P = '2027-04-30T00:00:00.000Z';
const perUpload = 10_000;
const uploads = 4;

let running: Running;
beforeAll(async () => {
  running = await startRunning();
}, startLimitMs);
afterAll(() => running.stop(), startLimitMs);

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

  (await running.client.post(`/v1/test-clocks/${account.clock}/advance`, { body: { to: P } })).expect(202);
  const purge = async (): Promise<Purge | undefined> =>
    (await running.client.get(`/v1/ops/purges?accountId=${account.accountId}`, { as: 'operator' })).expect<{ data: Purge[] }>(200).data[0];
  const deleted = async (): Promise<number> => (await purge())?.stores.find(({ name }) => name === 'retained data')?.deleted['contacts'] ?? 0;

  const seen: number[] = [];
  for (let kills = 0; kills < 2; kills += 1) {
    for (let tries = 3000; tries > 0 && (await deleted()) <= (seen.at(-1) ?? 0) && (await purge())?.status !== 'done'; tries -= 1) await sleep(10);
    await running.service.workers.at(-1)!.kill('SIGKILL');
    seen.push(await deleted());
    running.service.addWorker();
  }
  expect(seen[0]).toBeGreaterThan(0);
  expect(seen[0]).toBeLessThan(perUpload * uploads);

  for (let tries = 1200; tries > 0 && (await account.get('/purge-certificate')).status !== 200; tries -= 1) await sleep(100);
  const { certificate } = await account.read<{ certificate: { counts: Record<string, number> } }>('/purge-certificate', { as: 'operator' });
  expect(certificate.counts).toMatchObject({ contacts: perUpload * uploads });
  expect(await account.dated('PurgeStarted', 'DataPurged')).toEqual([`PurgeStarted ${P}`, `DataPurged ${P}`]);
}, 600_000);
