// The typed client, as somebody uses it: the README's first cancellation, the feed, and a refusal with its code.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cancelPlan } from '../../clients/typescript/examples/cancel.js';
import { createClient, follow, type Client, type Followed } from '../../clients/typescript/src/index.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';

let running: Running;
let token: string;
let client: Client;
let accountId: string;
let testClockId: string;
let subscriptionId: string;

const advance = async (to: string): Promise<void> => {
  const { data } = await client.POST('/v1/test-clocks/{testClockId}/advance', { params: { path: { testClockId }, header: { Prefer: 'wait=60' } }, body: { to } });
  expect(data?.status).toBe('ready');
};

beforeAll(async () => {
  running = await startRunning();
  token = await running.client.token('service');
  client = createClient({ baseUrl: running.service.base, token: async () => token });
  testClockId = (await client.POST('/v1/test-clocks', { body: { now: '2026-03-30T07:00:00Z' } })).data!.testClockId;
  accountId = (await client.POST('/v1/accounts', { body: { name: 'Ann', email: 'ann@example.com', timeZone: 'America/Los_Angeles', testClockId } })).data!.accountId;
  subscriptionId = (await client.POST('/v1/accounts/{accountId}/subscriptions', { params: { path: { accountId } }, body: { planId: 'messaging-monthly' } })).data!.subscriptionId;
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

describe('the typed client', () => {
  it('lives through the first cancellation, to the certificate', async () => {
    expect(await cancelPlan(running.service.base, token, accountId, subscriptionId)).toBe('2026-04-30T07:00:00.000Z');
    const entitled = async () => (await client.GET('/v1/accounts/{accountId}/entitlements', { params: { path: { accountId } } })).data?.features['messaging.send'];
    await advance('2026-04-30T06:59:59.999Z');
    expect(await entitled()).toBe(true);
    await advance('2026-04-30T07:00:00Z');
    expect(await entitled()).toBe(false);
    await advance('2027-04-30T07:00:00Z');
    const { error } = await client.GET('/v1/accounts/{accountId}/membership', { params: { path: { accountId } } });
    expect([error?.status, error?.code]).toEqual([410, 'account_purged']);
  }, startLimitMs);

  it('follows everything that happened, by the cursor of any event, to the end of it', async () => {
    const heard: Followed[] = [];
    const purged = async (): Promise<void> => {
      for await (const event of follow(client)) {
        heard.push(event);
        if (event.type === 'DataPurged') return;
      }
    };
    await purged();
    const ended = heard.find((event) => event.type === 'PeriodEnded');
    expect(ended?.type === 'PeriodEnded' && ended.data.planId).toBe('messaging-monthly');
    const rest: string[] = [];
    for await (const { eventId, type } of follow(client, { after: ended!.cursor! })) {
      rest.push(eventId);
      if (type === 'DataPurged') break;
    }
    expect(rest).toEqual(heard.slice(heard.indexOf(ended!) + 1).map(({ eventId }) => eventId));
  }, startLimitMs);

  it('throws the problem where the feed refuses', async () => {
    await expect(follow(client, { after: 'AAAAAAAAAAAAAAAAAAAAAQ' }).next()).rejects.toMatchObject({ problem: { code: 'invalid_request' } });
  });
});
