// Analysts over plain HTTP: forms of the answer, what it stands for, who may ask, and what is refused.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { running, type Running } from './service.js';

jest.setTimeout(600_000);

let it_: Running;
let accounts: string[];
beforeAll(async () => {
  it_ = await running();
  const { body } = await it_.call('service', 'POST', '/v1/test-clocks', { now: '2026-03-01T00:00:00Z' });
  const subscribers: { accountId: string; subscriptionId: string }[] = [];
  for (let n = 0; n < 3; n += 1) subscribers.push(await it_.subscriber(body.testClockId));
  for (const one of subscribers) await it_.cancel(one);
  accounts = subscribers.map(({ accountId }) => accountId);
  // Each is told by mail that it has cancelled, which is an event as well.
  const toBeTold = async () => (await it_.database.query(`SELECT FROM sunset.effects WHERE kind = 'notify' AND status <> 'done'`)).length > 0;
  while (await toBeTold()) await sleep(50);
  const behind = async () => (await it_.call('operator', 'GET', '/v1/ops/projections')).body.data.some((one) => one.lag > 0 || one.head === 0);
  while (await behind()) await sleep(50);
}, 600_000);
afterAll(() => it_.stop());

const get = (path: string, role = 'analyst') => it_.call(role, 'GET', `/v1/analytics/${path}`);
const names = ['cancellations', 'reasons', 'churn', 'cohorts', 'funnel', 'returns', 'upcoming', 'money'];

it.each(names)('%s tells in every form what it stands for', async (name) => {
  const json = await get(name);
  expect(json.status).toBe(200);
  expect(json.body).toEqual({ data: expect.any(Array), asOf: expect.stringMatching(/^\d{4}-.*Z$/), knownAt: expect.stringMatching(/^\d{4}-.*Z$/), position: expect.any(Number), next: null });
  expect(json.body.position).toBeGreaterThan(0);
  expect(json.body.data.length).toBeGreaterThan(0);

  const ndjson = await get(`${name}?format=ndjson`);
  expect(ndjson.headers.get('content-type')).toContain('application/x-ndjson');
  expect(ndjson.text.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(json.body.data);

  const csv = await get(`${name}?format=csv`);
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [head, ...lines] = csv.text.trim().split('\r\n');
  expect(head!.split(',').sort()).toEqual(Object.keys(json.body.data[0]!).sort());
  expect(lines).toHaveLength(json.body.data.length);
  for (const { headers } of [csv, ndjson]) {
    expect(headers.get('x-position')).toBe(String(json.body.position));
    expect(headers.get('x-as-of')).toMatch(/^\d{4}-.*Z$/);
  }
});

it('cancellations come in pages', async () => {
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const { body } = await get(`cancellations?limit=2${after && `&after=${after}`}`);
    seen.push(...body.data.map((one) => one.accountId));
    if (body.next === null) break;
    after = body.next;
  }
  expect(seen.sort()).toEqual([...accounts].sort());
});

describe('is refused, naming the parameter', () => {
  it.each([
    ['reasons?from=yesterday', '/query/from'],
    ['reasons?from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z', '/query/to'],
    ['churn?interval=year', '/query/interval'],
    ['churn?interval=day&from=1990-01-01T00:00:00Z', '/query/interval'],
    ['funnel?groupBy=planKind,colour', '/query/groupBy'],
    ['money?format=xml', '/query/format'],
    ['money?limit=1', '/query/limit'],
    ['cancellations?after=x', '/query/after'],
    ['cancellations?interval=day&limit=1', '/query/limit'],
  ])('%s', async (path, pointer) => {
    const { status, body } = await get(path);
    expect({ status, code: body.code, pointers: body.errors.map((one) => one.pointer) }).toEqual({ status: 422, code: 'invalid_request', pointers: [pointer] });
  });

  it('and only analysts and operators may ask', async () => {
    expect((await get('reasons', 'operator')).status).toBe(200);
    expect((await get('reasons', 'service')).status).toBe(403);
    expect((await get('nothing')).status).toBe(404);
  });
});

it('no answer names a person', async () => {
  for (const name of names) expect((await get(`${name}?format=ndjson`)).text).not.toMatch(/zq/i);
});
