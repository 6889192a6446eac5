// Lists page by page, retained data in and out, what analysts and operators see, and what stands around it: documents, health, metrics.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Account, at, categories, day } from './account.js';
import type { Role } from './client.js';
import { startLimitMs, startRunning, type Running } from './running.js';
import { usd, type OpsDeadline, type Problem, type RecordedEvent } from './shapes.js';

let running: Running;

beforeAll(async () => {
  running = await startRunning();
}, startLimitMs);

afterAll(() => running.stop(), startLimitMs);

interface Report {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly position: number;
  readonly next: string | null;
}

const reports = ['cancellations', 'reasons', 'churn', 'cohorts', 'funnel', 'returns', 'upcoming', 'money'] as const;

/** Analysts are told later: waits until all projections know every event. */
async function caughtUp(): Promise<void> {
  for (let tries = 1200; tries > 0; tries -= 1) {
    const { data } = (await running.client.get('/v1/ops/projections', { as: 'operator' })).expect<{ data: readonly { lag: number; status: string }[] }>(200);
    if (data.every(({ lag, status }) => lag === 0 && status === 'live')) return;
    await sleep(50);
  }
  throw new Error('the projections do not catch up');
}

describe('a list', () => {
  let account: Account;

  beforeAll(async () => {
    account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await account.subscribe();
    await account.buyNumbers(7);
    for (let round = 0; round < 6; round += 1) await account.topUp(100 + round);
    await account.schedule(Array.from({ length: 7 }, (_, index) => ({ messageId: `m-${index}`, channel: 'sms' as const, sendAt: at('2026-01-20T00:00:00Z', Math.floor(index / 3) * 1000), price: usd(2) })));
  }, startLimitMs);

  it.each(['/events', '/numbers', '/ledger', '/scheduled-messages', '/timeline'])('%s comes page by page, each entry once and in the same order', async (path) => {
    const whole = await account.all(path);
    expect(whole.length).toBeGreaterThanOrEqual(7);
    for (const limit of [1, 2, 3, whole.length]) {
      const paged = await account.all(`${path}?limit=${limit}`);
      expect(paged).toEqual(whole);
    }
    const first = await account.read<{ data: unknown[]; next: string | null }>(`${path}?limit=2`);
    expect([first.data.length, typeof first.next]).toEqual([2, 'string']);
    expect((await account.read<{ next: string | null }>(`${path}?limit=${whole.length}`)).next).toBeNull();
  });

  it('shows what was added while it was read', async () => {
    const { next } = await account.read<{ next: string }>('/events?limit=3');
    await account.topUp(1);
    const rest = await account.all<RecordedEvent>('/events');
    const { data } = await account.read<{ data: readonly RecordedEvent[] }>(`/events?limit=1000&after=${next}`);
    expect(data.map(({ version }) => version)).toEqual(rest.slice(3).map(({ version }) => version));
  });

  it.each([['/v1/plans', 'planId', null], ['/v1/ops/projections', 'name', 'operator']] as const)('%s comes page by page too', async (path, key, as) => {
    const keys = async (query = ''): Promise<unknown[]> => (await running.client.all<Record<string, unknown>>(`${path}${query}`, { as })).map((entry) => entry[key]);
    const whole = await keys();
    expect(whole.length).toBeGreaterThanOrEqual(3);
    expect(new Set(whole).size).toBe(whole.length);
    expect((await running.client.get(`${path}?limit=1`, { as })).expect<{ data: unknown[] }>(200).data).toHaveLength(1);
    expect(await keys('?limit=1')).toEqual(whole);
  });

  it('of messages can be narrowed to a status', async () => {
    (await account.post('/scheduled-messages/m-3/sent')).expect(200);
    expect((await account.all<{ messageId: string }>('/scheduled-messages?status=sent&limit=1')).map(({ messageId }) => messageId)).toEqual(['m-3']);
    expect((await account.all('/scheduled-messages?status=scheduled&limit=2')).length).toBe(6);
  });
});

describe('retained data', () => {
  let account: Account;
  const put = (content: string, category = 'contacts', type = 'application/x-ndjson') => account.post(`/data/${category}`, undefined, { raw: { type, content } });
  const text = async (category = 'contacts', as: Role = 'customer'): Promise<string> => (await account.get(`/data/${category}`, { as })).text;

  beforeAll(async () => {
    account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await account.subscribe();
  }, startLimitMs);

  it.each(categories)('%s come back line by line, character for character', async (category) => {
    const lines = ['{"id":"ä","text":"Grüße \\u2603 ☃","big":12345678901234567890,"b":[1, 2]}', '{"id":"2"}', '{"id":"3","nested":{"id":"x"}}'];
    expect((await put(`${lines.join('\n')}\n`, category)).expect(200)).toEqual({ stored: 3 });
    expect(await text(category)).toBe(`${lines.join('\n')}\n`);
    (await put('{"id":"2","text":"anew"}', category)).expect(200);
    expect(await text(category, 'service')).toBe(`${lines.with(1, '{"id":"2","text":"anew"}').join('\n')}\n`);
  });

  it.each([
    ['a line that is no JSON', '{"id":"a"}\n{"id":\n', '/1'],
    ['a line that is no object', '{"id":"a"}\n{"id":"b"}\n[1]\n', '/2'],
    ['a line without an id', '{"id":"a"}\n{"name":"b"}\n', '/1'],
  ])('with %s are refused as a whole, naming the line', async (_, content, pointer) => {
    const before = await text();
    const answer = await put(content);
    expect([answer.told, answer.json<Problem>().errors?.[0]?.pointer]).toEqual(['422 invalid_request', expect.stringContaining(pointer)]);
    expect(await text()).toBe(before);
  });

  it('may come in ten thousand lines, and not in one more, nor in more than 8 MiB, nor as JSON', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `{"id":"${index}"}\n`).join('');
    expect((await put(lines(10_000), 'reports')).expect(200)).toEqual({ stored: 10_000 });
    expect((await put(lines(10_001), 'reports')).told).toBe('422 invalid_request');
    expect((await put(`{"id":"1","text":"${'x'.repeat(8 * 1024 * 1024)}"}`, 'reports')).told).toBe('413 invalid_request');
    expect((await put('{"id":"1"}', 'reports', 'application/json')).told).toBe('422 invalid_request');
    expect((await put('', 'reports')).status).toBeLessThan(500);
    expect((await account.get('/data/secrets')).told).toBe('404 not_found');
  });
});

describe('operators', () => {
  it('see deadlines narrowed by account, kind, status and date, in order of due date', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const subscription = await account.subscribe();
    await account.buyNumbers(1);
    await account.cancel(subscription);
    await account.advance('2026-02-01T00:00:00Z');
    const all = await account.opsDeadlines();
    expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort());
    expect(await account.opsDeadlines('&limit=1')).toEqual(all);
    expect((await account.opsDeadlines('&kind=purge-data')).map(({ dueAt, status }) => [dueAt, status])).toEqual([['2027-02-01T00:00:00.000Z', 'pending']]);
    const [fired] = await account.opsDeadlines('&kind=period-end&status=fired');
    expect(fired).toMatchObject({ dueAt: '2026-02-01T00:00:00.000Z', latenessMs: expect.any(Number), attempts: 0 });
    const early = all.filter(({ dueAt }) => dueAt < '2026-02-15');
    expect([early.length > 0, early.length < all.length]).toEqual([true, true]);
    expect(await account.opsDeadlines('&dueBefore=2026-02-15T00:00:00Z')).toEqual(early);
    expect((await running.client.post(`/v1/ops/deadlines/${fired!.deadlineId}/retry`, { as: 'operator' })).told).toBe('409 deadline_not_retryable');
    expect((await running.client.post('/v1/ops/deadlines/9c2c4b1e-0000-4000-8000-000000000000/retry', { as: 'operator' })).told).toBe('404 not_found');
  });

  it('can have a projection built anew, and see it done; the rows are the same', async () => {
    await caughtUp();
    const rows = async () => (await running.client.get('/v1/analytics/cancellations', { as: 'operator' })).expect<Report>(200).data;
    const before = await rows();
    (await running.client.post('/v1/ops/projections/cancellations/rebuild', { as: 'operator' })).expect(202);
    await caughtUp();
    expect(await rows()).toEqual(before);
    expect((await running.client.post('/v1/ops/projections/nonsense/rebuild', { as: 'operator' })).told).toBe('404 not_found');
    (await running.client.get('/v1/ops/health', { as: 'operator' })).expect(200);
  });
});

describe('analysts', () => {
  it('are told every report as JSON, CSV and NDJSON, with the instant and the position it stands for', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await account.cancel(await account.subscribe(), { code: 'too_complex', comment: 'Zq secret' });
    await caughtUp();
    for (const report of reports) {
      const { data, position } = (await running.client.get(`/v1/analytics/${report}`, { as: 'analyst' })).expect<Report>(200);
      expect([report, position > 0]).toEqual([report, true]);
      const ndjson = await running.client.get(`/v1/analytics/${report}?format=ndjson`, { as: 'analyst' });
      expect([report, ndjson.text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown)]).toEqual([report, data]);
      const csv = await running.client.get(`/v1/analytics/${report}?format=csv`, { as: 'operator' });
      expect([report, csv.text.split('\r\n').length - 2]).toEqual([report, data.length]);
      expect([csv.headers.get('x-as-of') !== null, Number(csv.headers.get('x-position')) >= position]).toEqual([true, true]);
      expect(JSON.stringify([data, ndjson.text, csv.text])).not.toContain('Zq secret');
    }
    expect((await running.client.get('/v1/analytics/reasons', { as: 'analyst' })).text).toContain('too_complex');
  });

  it('may ask by day, and for a group that a report tells anyway', async () => {
    const ask = async (query: string) => (await running.client.get(`/v1/analytics/${query}`, { as: 'analyst' })).expect<Report>(200).data;
    const bounds = (from: string, to: string) => `from=${from}&to=${to}&interval=day`;
    for (const [report, group] of [['reasons', 'reason'], ['upcoming', 'kind'], ['money', 'currency,kind']] as const) {
      const rows = await ask(`${report}?${bounds('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z')}`);
      expect([report, rows.length > 0]).toEqual([report, true]);
      expect([report, await ask(`${report}?${bounds('2026-01-01', '2026-03-01')}&groupBy=${group}`)]).toEqual([report, rows]);
    }
  });

  it('see an abandoned attempt, a cancellation, and a return', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z', accountId: 'one-who-returned' });
    const subscription = await account.subscribe();
    await account.attempt(subscription, { reason: { code: 'low_quality' } });
    await account.cancel(subscription);
    await account.advance(at('2026-02-01T00:00:00Z', day));
    await account.subscribe();
    await caughtUp();
    const { data } = (await running.client.get('/v1/analytics/cancellations?limit=1000', { as: 'analyst' })).expect<Report>(200);
    const rows = data.filter((row) => row['accountId'] === 'one-who-returned');
    expect(rows.length).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(rows)).toContain('2026-02-02T00:00:00.000Z');
  });
});

describe('around it', () => {
  it('stand the documents, health, metrics, the catalogue and the keys, without a token', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics', '/v1/plans', '/.well-known/jwks.json']) expect((await running.client.get(path, { as: null })).status).toBe(200);
    const document = (await (await fetch(`${running.client.base}/openapi.json`)).json()) as { openapi: string };
    expect(document.openapi).toBe('3.1.0');
    const docs = await fetch(`${running.client.base}/docs`);
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  });

  it('is nothing about a person in the logs of the API and the worker', async () => {
    const account = await Account.open(running.client, { now: '2026-01-01T00:00:00Z', name: 'Zq Logged', email: 'zq.logged@example.com' });
    await account.cancel(await account.subscribe(), { code: 'other', comment: 'Zq comment' });
    await account.post('/wallet/top-ups', { amount: 'Zq wrong', 'zq.logged@example.com': 1 });
    await account.get('/numbers?after=Zq-query');
    await account.advance('2026-03-01T00:00:00Z');
    const log = [running.service.api, ...running.service.workers].flatMap((process) => process.log).join('\n');
    expect(log.length).toBeGreaterThan(100);
    for (const trace of ['Zq', 'zq.logged', 'Bearer', 'eyJ']) expect([trace, log.includes(trace)]).toEqual([trace, false]);
  });

  it('is an id for every request, given or made', async () => {
    const given = await running.client.get('/v1/plans', { as: null, headers: { 'x-request-id': 'my-own-id' } });
    expect(given.headers.get('x-request-id')).toBe('my-own-id');
    expect((await running.client.get('/v1/plans', { as: null })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{32,36}$/);
    expect((await running.client.get('/nothing/here', { as: null })).told).toBe('404 not_found');
    expect((await running.client.send('PUT', '/v1/plans', { as: null })).status).toBeGreaterThanOrEqual(404);
  });

  it('stays quiet on a clock that stands: deadlines of others are of no concern', async () => {
    const one = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    const other = await Account.open(running.client, { now: '2026-01-01T00:00:00Z' });
    await one.cancel(await one.subscribe());
    await other.cancel(await other.subscribe());
    await one.advance('2026-06-01T00:00:00Z');
    expect(await other.dated('PeriodEnded')).toEqual([]);
    expect((await other.opsDeadlines()).every(({ status }: OpsDeadline) => status === 'pending')).toBe(true);
  });
});
