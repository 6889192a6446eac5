// The feed: everything that happened to anybody, for the platform alone; by cursor, by type, by account, waited for; and nothing of a person from his last day on.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Account, at } from './account.js';
import { startLimitMs, startRunning, type Running } from './running.js';
import type { Problem, RecordedEvent } from './shapes.js';

const P = '2027-04-30T00:00:00.000Z';

interface Entry extends RecordedEvent {
  readonly cursor: string;
  readonly accountId: string;
}

interface FeedPage {
  readonly data: readonly Entry[];
  readonly next: string | null;
  readonly reached: string | null;
}

let running: Running;
let leaving: Account;
let staying: Account;

const feed = async (query = '', headers = {}): Promise<FeedPage> => (await running.client.get(`/v1/events${query}`, { headers })).expect<FeedPage>(200);
const told = ({ accountId, version, type }: Entry): string => `${accountId} ${version} ${type}`;

beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
  leaving = await Account.open(running.client, { accountId: 'leaving', now: '2026-03-30T00:00:00Z' });
  await leaving.cancel(await leaving.subscribe());
  staying = await Account.open(running.client, { accountId: 'staying', name: 'Bea Example' });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

it('tells the events of all accounts in the order of the log, page by page', async () => {
  const all = await feed();
  expect(all.data.map(told)).toEqual([
    'leaving 1 AccountOpened', 'leaving 2 SubscriptionStarted', 'leaving 3 CardChargeRequested', 'leaving 4 CancellationRequested', 'leaving 5 AutoRechargeSuspended', 'staying 1 AccountOpened',
  ]);
  expect([all.next, all.reached]).toEqual([null, all.data.at(-1)!.cursor]);
  expect(await running.client.all('/v1/events?limit=2')).toEqual(all.data);
  expect((await feed(`?after=${all.data[3]!.cursor}`)).data).toEqual(all.data.slice(4));
  expect(all.data.filter(({ accountId }) => accountId === 'leaving').map(({ cursor: _, accountId: _id, ...event }) => event)).toEqual(await leaving.events());
});

it('tells those of one type or one account, and how far it has looked', async () => {
  const opened = await feed('?type=AccountOpened');
  expect(opened.data.map(told)).toEqual(['leaving 1 AccountOpened', 'staying 1 AccountOpened']);
  expect((await feed('?accountId=leaving&type=AccountOpened')).reached).toBe(opened.reached);
  expect(await feed(`?after=${opened.reached}`)).toEqual({ data: [], next: null, reached: opened.reached });
});

it('refuses a cursor that is none of this log', async () => {
  for (const after of ['nonsense', 'AAAAAAAAAAAAAAAAAAAAAQ', Buffer.alloc(32).toString('base64url')]) {
    const refused = await running.client.get(`/v1/events?after=${after}`);
    expect([refused.told, refused.json<Problem>().errors?.map(({ pointer }) => pointer)]).toEqual(['422 invalid_request', ['/query/after']]);
  }
});

it('waits for what happens, and answers with it', async () => {
  const { reached } = await feed();
  const waited = running.client.get(`/v1/events?after=${reached}`, { headers: { prefer: 'wait=60' } });
  await staying.subscribe();
  const answer = await waited;
  expect(answer.headers.get('preference-applied')).toBe('wait=60');
  expect(answer.json<FeedPage>().data.map(told)).toEqual(expect.arrayContaining(['staying 2 SubscriptionStarted']));
});

it('answers whoever waits before the service stops', async () => {
  const { reached } = await feed();
  const waited = running.client.get(`/v1/events?after=${reached}`, { headers: { prefer: 'wait=60' } });
  await feed();
  await running.service.api.kill('SIGTERM');
  expect((await waited).expect<FeedPage>(200).data).toEqual([]);
  await running.service.restartApi();
}, startLimitMs);

it('tells who somebody is to the last millisecond, and nothing from the day of the purge on, though nobody has begun it', async () => {
  const names = async () => (await feed('?type=AccountOpened')).data.map(({ accountId, data }) => [accountId, data['name'], data['timeZone']]);
  await running.letPass(leaving.clock!, at(P, -1));
  expect(await names()).toEqual([['leaving', 'Ada Example', 'UTC'], ['staying', 'Bea Example', 'UTC']]);
  await running.letPass(leaving.clock!, P);
  expect(await names()).toEqual([['leaving', null, 'UTC'], ['staying', 'Bea Example', 'UTC']]);
});
