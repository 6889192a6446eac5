// The customer's own page by plain HTTP: a link, the cookie that it becomes, and what that cookie opens and does not.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account } from './account.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';

let running: InProcess;
let account: Account;
let other: Account;
beforeAll(async () => {
  running = await startInProcess({}, { worker: true });
  [account, other] = [await Account.open(running.client, { now: '2026-01-01T00:00:00Z' }), await Account.open(running.client, { now: '2026-01-01T00:00:00Z' })];
}, startLimitMs);
afterAll(() => running.stop(), startLimitMs);

const link = async (of = account): Promise<string> => (await of.post('/page-sessions')).expect<{ url: string }>(201).url;
const opened = (url: string, method = 'GET') => fetch(url, { method, redirect: 'manual' });
const cookieOf = (response: Response): string => response.headers.get('set-cookie')!.split(';')[0]!;
const cookie = async (of = account): Promise<string> => cookieOf(await opened(await link(of)));
const asPage = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
  running.client.send(method, path, { as: null, headers, ...(body !== undefined && { body }) });
const own = () => new URL(running.client.base).origin;

describe('a link', () => {
  it('becomes a cookie that no script reads and no other site sends, and leads to an address without it', async () => {
    const url = await link();
    expect(url).toMatch(new RegExp(`^${own()}/membership/open/[\\w-]{43}$`));
    const response = await opened(url);
    expect([response.status, response.headers.get('location'), response.headers.get('cache-control'), response.headers.get('referrer-policy')]).toEqual([303, '/membership/', 'no-store', 'no-referrer']);
    expect(response.headers.get('set-cookie')).toMatch(/^sunset_page=[\w-]{43}; Path=\/; Max-Age=(1800|179\d); HttpOnly; SameSite=Strict$/);
  });

  it('works once, and looking at it does not count', async () => {
    const url = await link();
    expect((await opened(url, 'HEAD')).headers.get('set-cookie')).toBeNull();
    expect((await opened(url)).headers.get('set-cookie')).not.toBeNull();
    const again = await opened(url);
    expect([again.status, again.headers.get('set-cookie')]).toEqual([303, null]);
  });

  it('is for the platform to give: neither a customer nor an operator can', async () => {
    expect((await account.post('/page-sessions', undefined, { as: 'customer' })).told).toBe('403 forbidden');
    expect((await account.post('/page-sessions', undefined, { as: 'operator' })).told).toBe('403 forbidden');
    expect((await running.client.post('/v1/accounts/nobody-of-that-id/page-sessions')).told).toBe('404 not_found');
  });
});

describe('the cookie', () => {
  it('opens what a customer may see, of its own account alone', async () => {
    const headers = { cookie: `theme=dark; ${await cookie()}` };
    expect((await asPage('GET', '/v1/page-session', headers)).expect(200)).toMatchObject({ accountId: account.accountId });
    expect((await asPage('GET', `/v1/accounts/${account.accountId}/membership`, headers)).told).toBe('200');
    expect((await asPage('GET', `/v1/accounts/${other.accountId}/membership`, headers)).told).toBe('404 not_found');
    expect((await asPage('GET', `/v1/accounts/${account.accountId}/events`, headers)).told).toBe('403 forbidden');
  });

  it('opens all that the page shows', async () => {
    const headers = { cookie: await cookie() };
    const subscription = await account.subscribe('calling-monthly');
    const shown = ['', '/membership?locale=es', '/numbers', '/ten-dlc', '/wallet', '/ledger', '/timeline?locale=es', '/consents', '/scheduled-messages', '/data-export', `/subscriptions/${subscription.subscriptionId}/cancellation/preview?locale=es`];
    for (const path of shown) expect([path, (await asPage('GET', `/v1/accounts/${account.accountId}${path}`, headers)).status]).toEqual([path, 200]);
    await account.cancel(subscription);
    expect((await asPage('GET', `/v1/accounts/${account.accountId}/subscriptions/${subscription.subscriptionId}/cancellation/receipt`, headers)).told).toBe('200');
    expect((await asPage('GET', '/v1/plans', headers)).told).toBe('200');
    expect((await asPage('GET', `/v1/accounts/${account.accountId}/purge-certificate`, headers)).told).toBe('404 not_found');
  });

  it('changes something from the page itself, which stands in the events, and from nowhere else', async () => {
    const subscribe = async (headers: Record<string, string>) =>
      (await asPage('POST', `/v1/accounts/${other.accountId}/subscriptions`, { cookie: await cookie(other), ...headers }, { planId: 'messaging-monthly' })).told;
    for (const origin of ['https://elsewhere.example', 'null', `${own()}.elsewhere.example`, 'http://127.0.0.1:1', '']) expect([origin, await subscribe({ origin })]).toEqual([origin, '403 forbidden']);
    expect(await subscribe({})).toBe('403 forbidden');
    expect(await subscribe({ origin: own() })).toBe('201');
    const started = (await other.events()).find(({ type }) => type === 'SubscriptionStarted');
    expect(started).toMatchObject({ actor: { role: 'customer' } });
    expect(JSON.stringify(started)).toContain('"channel":"page"');
  });

  it('counts for nothing beside a token, even a wrong one', async () => {
    const answer = await running.client.send('GET', `/v1/accounts/${account.accountId}/membership`, { headers: { cookie: await cookie(), authorization: 'Bearer nonsense' } });
    expect(answer.told).toBe('401 unauthenticated');
  });

  it('is worth nothing once the session has ended, and is taken out of the browser', async () => {
    const headers = { cookie: await cookie(), origin: own() };
    const ended = await asPage('DELETE', '/v1/page-session', headers);
    expect(ended.headers.get('set-cookie')).toBe('sunset_page=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
    expect((await asPage('GET', '/v1/page-session', headers)).told).toBe('401 unauthenticated');
  });

  it('a token of a customer is no page session', async () => {
    expect((await running.client.get('/v1/page-session', { as: 'customer', accountId: account.accountId })).told).toBe('404 not_found');
  });
});
