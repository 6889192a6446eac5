// Whatever is wrong with a request is named, and leaves no trace.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account } from './account.js';
import type { Answer, Options } from './client.js';
import type { Operation } from './contract.js';
import { bodySchema, faultyBodies, goodBody } from './requests.js';
import { startInProcess, type InProcess } from './in-process.js';
import { startLimitMs } from './running.js';
import { usd, type Problem, type Subscription, type TestClock } from './shapes.js';

let running: InProcess;
let account: Account;
let subscription: Subscription;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  running = await startInProcess();
  account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  subscription = await account.subscribe();
  const { attemptId } = await account.attempt(subscription);
  ids = { accountId: account.accountId, subscriptionId: subscription.subscriptionId, attemptId, testClockId: account.clock! };
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

const pathOf = (operation: Operation): string => operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nothing');
const takingJson = (): readonly Operation[] => running.client.contract.operations.filter((operation) => bodySchema(operation) !== undefined);
const mutating = (): readonly Operation[] => running.client.contract.operations.filter(({ method }) => method !== 'GET');

/** Takes the bytes of whoever has signed them, of any type: what they are is looked at once the signature holds (`apps/api/src/carriers`). */
const takesBytes = ({ path }: Operation): boolean => path === '/v1/carriers/{carrier}/callbacks';

/** Whoever may: the operator, unless only the service can. */
const send = (operation: Operation, options: Options): Promise<Answer> => running.client.send(operation.method, pathOf(operation), { ...allowed(operation), ...options });

function allowed({ description, security }: Operation): Options {
  if (security.length === 0) return { as: null };
  if (description.includes('For customer.')) return { as: 'customer', accountId: account.accountId };
  return { as: description.includes('For operator.') ? 'operator' : 'service' };
}

async function inChunks<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += 8) await Promise.all(items.slice(start, start + 8).map(work));
}

/** The account and its neighbours, to be compared after all that was refused. */
const trace = async (): Promise<string> => JSON.stringify([await account.events(), await account.membership(), await account.ledger(), await account.all('/scheduled-messages')]);

describe('a body', () => {
  it('with one thing wrong is 422 and names the field; nothing is written', async () => {
    const before = await trace();
    const wrong: string[] = [];
    let asked = 0;
    for (const operation of takingJson()) {
      await inChunks(faultyBodies(running.client.contract, bodySchema(operation)!), async ({ what, pointer, body }) => {
        asked += 1;
        const answer = await send(operation, { body });
        const told = answer.status === 422 ? answer.json<Problem>() : undefined;
        const pointers = told?.errors?.map((error) => error.pointer) ?? [];
        if (!told || !pointers.some((one) => one === pointer || one.startsWith(`${pointer}/`))) wrong.push(`${operation.method} ${operation.path}, ${what}: ${answer.text}`);
      });
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(300);
    expect(await trace()).toBe(before);
  });

  it.each([
    ['cut off', '{"name":'],
    ['no JSON', 'name=Ada'],
    ['a reserved name', '{"__proto__":{"role":"operator"}}'],
    ['a name of every object', '{"constructor":1}'],
  ])('that is %s is 422 everywhere', async (_, content) => {
    for (const operation of takingJson()) expect([operation.path, (await send(operation, { raw: { type: 'application/json', content } })).told]).toEqual([operation.path, '422 invalid_request']);
  });

  it('of another media type is 415, and one that is too large 413, on every route that could take one', async () => {
    for (const operation of mutating()) {
      expect([operation.path, (await send(operation, { raw: { type: 'application/xml', content: '<a/>' } })).told]).toEqual([operation.path, takesBytes(operation) ? '404 not_found' : '415 invalid_request']);
      const large = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
      expect([operation.path, (await send(operation, { raw: { type: 'application/json', content: large } })).told]).toEqual([operation.path, '413 invalid_request']);
    }
  });

  it('is refused where none is taken, except an empty object', async () => {
    const bodiless = mutating().filter((operation) => operation.requestBody === undefined && !takesBytes(operation));
    for (const operation of bodiless) {
      const answer = await send(operation, { body: { surprise: 1 } });
      expect([operation.path, answer.told, answer.json<Problem>().errors?.[0]?.pointer]).toEqual([operation.path, '422 invalid_request', '/surprise']);
    }
    (await account.post(`/subscriptions/${subscription.subscriptionId}/paid`, {})).expect(200);
  });
});

describe('parameters', () => {
  it.each(['limit=0', 'limit=1001', 'limit=1e3', 'limit=abc', 'limit=', 'limit=-1', 'after=nonsense', 'after=', 'surprise=1', 'limit=1&limit=2'])('?%s is 422 on every list', async (query) => {
    const lists = running.client.contract.operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'limit'));
    expect(lists.length).toBeGreaterThan(5);
    for (const operation of lists) {
      const as = operation.description.includes('operator') ? 'operator' : 'service';
      const answer = await running.client.get(`${pathOf(operation)}?${query}`, { as });
      expect([operation.path, answer.told, answer.json<Problem>().errors?.[0]?.pointer]).toEqual([operation.path, '422 invalid_request', `/query/${query.split('=', 1)[0]}`]);
    }
  });

  it.each(['kind=nonsense', 'status=planned', 'dueBefore=yesterday', 'accountId=a%20b', 'accountId=a&accountId=b'])('?%s is 422 for operators', async (query) => {
    expect((await running.client.get(`/v1/ops/deadlines?${query}`, { as: 'operator' })).told).toBe('422 invalid_request');
  });

  it.each(['email=nobody', 'e164=2065550100', 'standing=asleep', 'planId=faxing-monthly', 'endsBefore=tomorrow', 'name=Ada'])('?%s is 422 for whoever looks for accounts, and names the field', async (query) => {
    const answer = await running.client.get(`/v1/accounts?${query}`);
    expect([answer.told, answer.json<Problem>().errors?.map(({ pointer }) => pointer)]).toEqual(['422 invalid_request', [`/query/${query.split('=', 1)[0]}`]]);
  });

  it('a cursor of accounts is for the order that made it, and a + of a number need not be encoded', async () => {
    const place = Buffer.from(JSON.stringify({ k: ['a'] })).toString('base64url');
    expect((await running.client.get(`/v1/accounts?after=${place}`)).status).toBe(200);
    expect((await running.client.get(`/v1/accounts?endsBefore=2030-01-01T00:00:00Z&after=${place}`)).told).toBe('422 invalid_request');
    const [e164] = await account.buyNumbers(1);
    for (const written of [e164!, encodeURIComponent(e164!)]) {
      expect((await running.client.get(`/v1/accounts?e164=${written}`, { as: 'operator' })).expect<{ data: object[] }>(200).data).toMatchObject([{ accountId: account.accountId }]);
    }
  });

  it.each(['%00', '%ED%A0%80', 'a%0Ab', '..%2F..', 'x'.repeat(300), '%'])('an account id of %s is not found', async (id) => {
    expect((await running.client.get(`/v1/accounts/${id}`)).told).toBe('404 not_found');
    expect((await running.client.get(`/v1/accounts/${id}/membership`)).told).toBe('404 not_found');
  });

  it.each(['', 'with space', 'x'.repeat(256), 'é'])('an Idempotency-Key of "%s" is 422', async (key) => {
    const answer = await account.post('/wallet/top-ups', { amount: usd(100) }, { headers: { 'idempotency-key': key } });
    expect([answer.told, answer.json<Problem>().errors?.[0]?.pointer]).toEqual(['422 invalid_request', '/header/idempotency-key']);
  });
});

describe('values that have the right form and make no sense', () => {
  it.each([
    { what: 'a time zone that does not exist', path: '', method: 'PATCH', body: { timeZone: 'Mars/Olympus' }, pointer: '/timeZone' },
    { what: 'a time zone that means several', path: '', method: 'PATCH', body: { timeZone: 'PST' }, pointer: '/timeZone' },
    { what: 'a plan that is not sold', path: '/subscriptions', body: { planId: 'faxing-monthly' }, pointer: '/planId' },
    { what: 'a foreign currency', path: '/wallet/top-ups', body: { amount: { amount: 100, currency: 'EUR' } }, pointer: '/amount/currency' },
    { what: 'a negative amount', path: '/wallet/top-ups', body: { amount: usd(-1) }, pointer: '/amount/amount' },
    { what: 'no amount at all', path: '/wallet/top-ups', body: { amount: usd(0) }, pointer: '/amount/amount' },
    { what: 'half a cent', path: '/wallet/top-ups', body: { amount: usd(0.5) }, pointer: '/amount/amount' },
    { what: 'more than a number can hold', path: '/wallet/top-ups', body: { amount: usd(Number.MAX_SAFE_INTEGER + 1) }, pointer: '/amount/amount' },
    { what: 'a date that no month has', path: '/scheduled-messages', body: { messages: [{ channel: 'sms', sendAt: '2026-02-30T00:00:00Z', price: usd(2) }] }, pointer: '/messages/0/sendAt' },
    { what: 'a date without an offset', path: '/scheduled-messages', body: { messages: [{ channel: 'sms', sendAt: '2026-02-20T00:00:00', price: usd(2) }] }, pointer: '/messages/0/sendAt' },
    { what: 'a message in the past', path: '/scheduled-messages', body: { messages: [{ channel: 'sms', sendAt: '2025-12-31T23:59:59Z', price: usd(2) }] }, pointer: '/messages/0/sendAt' },
    { what: 'a channel that does not exist', path: '/scheduled-messages', body: { messages: [{ channel: 'fax', sendAt: '2026-02-20T00:00:00Z', price: usd(2) }] }, pointer: '/messages/0/channel' },
  ])('$what is 422 at $pointer', async ({ path, method = 'POST', body, pointer }) => {
    const before = await trace();
    const answer = await account.send(method, path, { body });
    expect([answer.told, answer.json<Problem>().errors?.map((error) => error.pointer)]).toEqual(['422 invalid_request', [pointer]]);
    expect(await trace()).toBe(before);
  });

  it('a recharge in a foreign currency is 422', async () => {
    const answer = await account.send('PUT', '/wallet/auto-recharge', { body: { enabled: true, threshold: usd(100), amount: { amount: 100, currency: 'EUR' } } });
    expect([answer.told, answer.json<Problem>().errors?.map((error) => error.pointer)]).toEqual(['422 invalid_request', ['/amount/currency']]);
  });

  it('a cursor of the right form that no list has made is 422', async () => {
    const answer = await account.get(`/scheduled-messages?after=${Buffer.from('{"k":["x","y"]}').toString('base64url')}`);
    expect([answer.told, answer.json<Problem>().errors?.map((error) => error.pointer)]).toEqual(['422 invalid_request', ['/query/after']]);
  });

  it('a test clock never goes further than every date that follows can be told', async () => {
    const clock = (await running.client.post('/v1/test-clocks', { body: { now: '9990-12-31T23:59:59.999Z' } })).expect<TestClock>(201);
    const late = await Account.open(running.client, { timeZone: 'Pacific/Kiritimati', testClockId: clock.testClockId });
    const subscription = await late.subscribe('messaging-annual', { trialDays: 730 });
    await late.buyNumbers(1);
    await late.cancel(subscription);
    expect((await late.membership()).deadlines.map(({ kind, dueAt }) => `${kind} ${dueAt.slice(0, 4)}`)).toContain('purge-data 9993');
    const answer = await running.client.post(`/v1/test-clocks/${clock.testClockId}/advance`, { body: { to: '9991-01-01T00:00:00Z' } });
    expect([answer.told, answer.json<Problem>().errors?.[0]?.pointer]).toEqual(['422 invalid_request', '/to']);
  });

  it('a test clock never goes back', async () => {
    const answer = await running.client.post(`/v1/test-clocks/${account.clock!}/advance`, { body: { to: '2025-12-31T23:59:59.999Z' } });
    expect([answer.told, answer.json<Problem>().errors?.[0]?.pointer]).toEqual(['422 invalid_request', '/to']);
  });

  it('an account on a clock that does not exist is not opened', async () => {
    const body = { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', testClockId: 'clock_none', accountId: 'on-no-clock' };
    expect((await running.client.post('/v1/accounts', { body })).status).toBe(422);
    expect((await running.client.get('/v1/accounts/on-no-clock')).told).toBe('404 not_found');
  });

  it('a good body is taken, so that the bad ones above were bad for what they say', async () => {
    const operation = takingJson().find(({ method, path }) => method === 'POST' && path === '/v1/accounts')!;
    const { testClockId: _, ...body } = goodBody(running.client.contract, bodySchema(operation)!, { complete: true }) as Record<string, unknown>;
    (await send(operation, { body })).expect(201);
    expect((await send(operation, { body })).told).toBe('409 account_exists');
  });
});
