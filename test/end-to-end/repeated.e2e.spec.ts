// The same request twice, at once, changed, and after a crash of the API: it happens once, and the answer is the same.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Account } from './account.js';
import type { Answer, Options } from './client.js';
import { startLimitMs, startRunning, type Running } from './running.js';
import { usd, type Subscription } from './shapes.js';

let running: Running;
let account: Account;
/** The platform is one caller, whatever account it writes to: a key of this test alone. */
let key: string;

beforeAll(async () => {
  running = await startRunning({ workers: 0, redis: false });
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

beforeEach(async () => {
  account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
  key = randomUUID();
});

const topUp = (amount: number, more: Options = {}): Promise<Answer> => account.post('/wallet/top-ups', { amount: usd(amount) }, { key, ...more });

describe('a key', () => {
  it('gets the first answer again, byte for byte, and says so', async () => {
    const first = await topUp(500);
    const again = await topUp(500);
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    await topUp(700, { key: `${key}-other` });
    expect((await topUp(500)).text).toBe(first.text);
    expect(await account.balance()).toBe(1200);
  });

  it('does not care how the same JSON is written', async () => {
    const first = await account.post('/wallet/top-ups', undefined, { key, raw: { type: 'application/json', content: '{"amount":{"amount":500,"currency":"USD"}}' } });
    const again = await account.post('/wallet/top-ups', undefined, { key, raw: { type: 'application/json', content: '{ "amount": { "currency": "USD", "amount": 500 } }' } });
    expect([first.status, again.text]).toEqual([201, first.text]);
    expect(await account.balance()).toBe(500);
  });

  it('with another payload, or on another route, is 422', async () => {
    (await topUp(500)).expect(201);
    expect((await topUp(501)).told).toBe('422 idempotency_key_reused');
    expect((await account.post('/numbers', { e164: '+12065550100' }, { key })).told).toBe('422 idempotency_key_reused');
    expect([await account.balance(), (await account.numbers()).length]).toEqual([500, 0]);
  });

  it('begins an import once, and keeps nothing of a file that comes again', async () => {
    const send = (name: string): Promise<Answer> => {
      const line = { externalId: key, name, email: 'ann@example.com', timeZone: 'UTC', subscriptions: [] };
      return running.client.post('/v1/imports', { key, raw: { type: 'application/x-ndjson', content: JSON.stringify(line) } });
    };
    const first = (await send('Ann')).expect<{ importId: string }>(202);
    expect((await send('Ann')).expect(202)).toEqual(first);
    expect((await send('Bea')).told).toBe('422 idempotency_key_reused');
    expect((await running.client.all<{ importId: string }>('/v1/imports')).map(({ importId }) => importId)).toEqual([first.importId]);
    expect((await running.client.post('/v1/imports', { body: { externalId: key } })).told).toBe('422 invalid_request');
  });

  it('belongs to its caller', async () => {
    const subscribe = (as: 'service' | 'customer'): Promise<Answer> => account.post('/subscriptions', { planId: 'messaging-monthly' }, { as, key });
    expect([(await subscribe('service')).told, (await subscribe('customer')).told, (await subscribe('service')).told]).toEqual(['201', '409 already_subscribed', '201']);
  });

  it('keeps a refusal too, but not bad input', async () => {
    await account.subscribe();
    const twice = await account.post('/subscriptions', { planId: 'messaging-annual' }, { key: `${key}-2` });
    expect([twice.told, (await account.post('/subscriptions', { planId: 'messaging-annual' }, { key: `${key}-2` })).text]).toEqual(['409 already_subscribed', twice.text]);
    expect((await account.post('/wallet/top-ups', { amount: usd(-1) }, { key: `${key}-3` })).status).toBe(422);
    (await topUp(500, { key: `${key}-3` })).expect(201);
  });

  it('sent sixteen times at once happens once', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => topUp(500)));
    for (const { told } of answers) expect(['201', '409 request_in_progress']).toContain(told);
    const bodies = new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text));
    expect([bodies.size, await account.balance()]).toEqual([1, 500]);
    expect((await topUp(500)).text).toBe([...bodies][0]);
  });

  it('works on every kind of request', async () => {
    const subscription = await account.subscribe();
    const [e164] = await account.buyNumbers(1);
    const [message] = await account.schedule([{ channel: 'sms', sendAt: '2026-01-20T00:00:00Z', price: usd(2) }]);
    const requests: readonly (readonly [string, string, Options])[] = [
      ['PATCH', '', { body: { name: 'Grace' } }],
      ['POST', '/subscriptions', { body: { planId: 'calling-monthly' } }],
      ['POST', `/subscriptions/${subscription.subscriptionId}/past-due`, {}],
      ['POST', `/subscriptions/${subscription.subscriptionId}/paid`, {}],
      ['POST', `/charges/${subscription.subscriptionId}.1/failed`, { body: { reason: 'card_declined' } }],
      ['POST', `/charges/${subscription.subscriptionId}.1/collected`, {}],
      ['POST', '/wallet/top-up-requests', { body: { amount: usd(500) } }],
      ['POST', `/subscriptions/${subscription.subscriptionId}/plan`, { body: { planId: 'messaging-annual' } }],
      ['POST', `/subscriptions/${subscription.subscriptionId}/cancellation-attempts`, { body: { reason: { code: 'other' }, acknowledgedConsequences: true } }],
      ['POST', '/ten-dlc', { body: { brandName: 'Brand' } }],
      ['POST', '/ten-dlc/approve', {}],
      ['PUT', '/wallet/auto-recharge', { body: { enabled: true, threshold: usd(1), amount: usd(100) } }],
      ['POST', `/scheduled-messages/${message!.messageId}/sent`, {}],
      ['DELETE', `/numbers/${encodeURIComponent(e164!)}`, {}],
      ['POST', '/data/contacts', { raw: { type: 'application/x-ndjson', content: '{"id":"1"}\n' } }],
      ['POST', '/legal-holds', { as: 'operator', body: { reason: 'a matter', reviewAt: '2031-01-01T00:00:00Z' } }],
    ];
    for (const [method, path, options] of requests) {
      key = randomUUID();
      const first = await account.send(method, path, { ...options, key });
      expect([method, path, Math.floor(first.status / 100)]).toEqual([method, path, 2]);
      const events = (await account.events()).length;
      const again = await account.send(method, path, { ...options, key });
      expect([path, again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([path, first.status, first.text, 'true']);
      expect((await account.events()).length).toBe(events);
    }
  });

  it('opens one account and one clock', async () => {
    const open = () => running.client.post('/v1/accounts', { key, body: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' } });
    const clock = () => running.client.post('/v1/test-clocks', { key: `${key}-clock`, body: { now: '2026-01-01T00:00:00Z' } });
    for (const ask of [open, clock]) {
      const [first, again] = [await ask(), await ask()];
      expect([first.told, again.told, again.text, again.headers.get('idempotency-replayed')]).toEqual(['201', '201', first.text, 'true']);
    }
  });
});

describe('a crash of the API', () => {
  it('leaves the answers where they were', async () => {
    const subscription = await account.subscribe();
    const body = { ...(await account.consent(subscription)), reason: { code: 'unused' } };
    const cancel = () => account.post(`/subscriptions/${subscription.subscriptionId}/cancellation`, body, { as: 'customer', key });
    const first = (await cancel()).expect<Subscription>(201);
    await running.service.api.kill('SIGKILL');
    await running.service.restartApi();
    expect((await cancel()).expect<Subscription>(201)).toEqual(first);
    expect(await account.dated('CancellationRequested')).toHaveLength(1);
  }, startLimitMs);
});
