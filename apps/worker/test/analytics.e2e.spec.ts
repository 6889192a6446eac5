// Analysts over plain HTTP: forms of the answer, what it stands for, who may ask, and what is refused.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportNames } from '#read-models';
import { readParquet } from '../../../test/support/parquet.js';
import { running, type Row, type Running } from './service.js';

jest.setTimeout(600_000);

type Subscriber = Awaited<ReturnType<Running['subscriber']>>;

let it_: Running;
let accounts: string[];
beforeAll(async () => {
  it_ = await running();
  const { body } = await it_.call('service', 'POST', '/v1/test-clocks', { now: '2026-03-01T00:00:00Z' });
  const subscribers: Subscriber[] = [];
  for (let n = 0; n < 3; n += 1) subscribers.push(await it_.subscriber(body.testClockId));
  accounts = subscribers.map(({ accountId }) => accountId);
  const [loses, returns, stays] = subscribers as [Subscriber, Subscriber, Subscriber];
  const post = async (role: string, path: string, sent?: unknown, headers?: Record<string, string>) => expect([path, Math.floor((await it_.call(role, 'POST', path, sent, headers)).status / 100)]).toEqual([path, 2]);
  await post('service', `/v1/accounts/${loses.accountId}/numbers`, { e164: '+12065550199' });
  await post('service', `/v1/accounts/${loses.accountId}/ten-dlc`, { brandName: 'Zqbrand' });
  await post('operator', `/v1/accounts/${loses.accountId}/ten-dlc/approve`);
  for (const one of subscribers) await it_.cancel(one);
  await post('service', `/v1/accounts/${stays.accountId}/subscriptions/${stays.subscriptionId}/resume`);
  await post('service', `/v1/test-clocks/${body.testClockId}/advance`, { to: '2026-05-02T00:00:00Z' }, { prefer: 'wait=60' });
  while ((await it_.call('service', 'GET', `/v1/test-clocks/${body.testClockId}`)).body.status !== 'ready') await sleep(50);
  await post('service', `/v1/accounts/${returns.accountId}/subscriptions`, { planId: 'messaging-monthly' });
  // What carriers answer and who is told by mail are events as well.
  const underWay = async () => (await it_.database.query(`SELECT FROM sunset.effects WHERE status NOT IN ('done', 'void')`)).length > 0;
  while (await underWay()) await sleep(50);
  const behind = async () => (await it_.call('operator', 'GET', '/v1/ops/projections')).body.data.some((one) => one.lag > 0 || one.head === 0);
  while (await behind()) await sleep(50);
}, 600_000);
afterAll(() => it_.stop());

const get = (path: string, role = 'analyst') => it_.call(role, 'GET', `/v1/analytics/${path}`);

it.each(reportNames)('%s tells in every form what it stands for', async (name) => {
  const json = await get(name);
  expect(json.status).toBe(200);
  expect(json.body).toEqual({ data: expect.any(Array), totals: expect.any(Object), asOf: expect.stringMatching(/^\d{4}-.*Z$/), knownAt: expect.stringMatching(/^\d{4}-.*Z$/), position: expect.any(Number), next: null });
  expect(json.body.position).toBeGreaterThan(0);
  expect(json.body.data.length).toBeGreaterThan(0);

  const ndjson = await get(`${name}?format=ndjson`);
  expect(ndjson.headers.get('content-type')).toContain('application/x-ndjson');
  expect(ndjson.text.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(json.body.data);

  const csv = await get(`${name}?format=csv`);
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [head, ...lines] = csv.text.trim().split('\r\n');
  expect(head!.split(',').sort()).toEqual(Object.keys(json.body.data[0]!).sort());
  expect(lines.map((line) => line.split(','))).toEqual(json.body.data.map((row) => head!.split(',').map((column) => String(row[column as keyof Row] ?? ''))));

  const parquet = await it_.file('analyst', `/v1/analytics/${name}?format=parquet`);
  expect(parquet.headers.get('content-type')).toBe('application/vnd.apache.parquet');
  expect(await readParquet(parquet.bytes)).toEqual(json.body.data);

  for (const { headers } of [csv, ndjson, parquet]) {
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

it('says what each tells, and what each of its columns means', async () => {
  const { data } = JSON.parse((await it_.call('analyst', 'GET', '/v1/analytics')).text) as { readonly data: readonly { name: string; intervals: string[]; groups: { about: string }[]; columns: { name: string; about: string }[] }[] };
  expect(data.map(({ name }) => name)).toEqual(reportNames);
  for (const { name, intervals, groups, columns } of data) {
    expect(intervals).toEqual(['day', 'week', 'month', 'quarter', 'year']);
    for (const { about } of [...groups, ...columns]) expect(about).not.toBe('');
    const [row = {}] = (await get(`${name}?interval=year`)).body.data;
    expect(columns.map((column) => column.name)).toEqual(expect.arrayContaining(Object.keys(row)));
  }
});

it.each(['churn?interval=quarter&zone=Asia/Kolkata&groupBy=planId', 'cancellations', 'money?from=2026-03-01&zone=Europe/Berlin'])('%s shows the SQL that makes it', async (path) => {
  const [name, query = ''] = path.split('?');
  const sql = await get(`${name}/sql?${query}`);
  expect(sql.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const rows = await it_.database.transaction(async () => {
    await it_.database.query('SET LOCAL ROLE sunset_analyst');
    return it_.database.query(sql.text);
  });
  expect(rows).toEqual((await get(path)).body.data);
});

describe('is refused, naming the parameter', () => {
  it.each([
    ['reasons?from=yesterday', '/query/from'],
    ['reasons?from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z', '/query/to'],
    ['churn?interval=decade', '/query/interval'],
    ['churn?zone=Mars/Olympus', '/query/zone'],
    ['money/sql?groupBy=colour', '/query/groupBy'],
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
    expect((await get('reasons/sql', 'service')).status).toBe(403);
    for (const path of ['nothing', 'nothing/sql', 'toString/sql']) expect([path, (await get(path)).status]).toEqual([path, 404]);
  });
});

it('no answer names a person', async () => {
  for (const name of reportNames) expect((await get(`${name}?format=ndjson`)).text).not.toMatch(/zq/i);
});
