// Webhooks as the platform meets them: over HTTP in, and over HTTP out, verified with the reference library.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { connect, Database } from '#postgres';
import { Account } from '../end-to-end/account.js';
import { startLimitMs, startRunning, type Running } from '../end-to-end/running.js';
import { eventually } from '../support/eventually.js';
import { rowsWith } from '../support/in-clear.js';

interface Endpoint {
  readonly endpointId: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: string;
  readonly status: string;
}

interface Delivery {
  readonly deliveryId: string;
  readonly type: string;
  readonly status: string;
  readonly attempts: number;
  readonly accountId: string;
  readonly sequence: number;
}

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly accountId: string; readonly sequence: number; readonly [field: string]: unknown };
}

const received: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
let answers: readonly number[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const [status = 204, ...rest] = answers;
    answers = rest;
    response.writeHead(status).end();
  });
});

let running: Running;
let url: string;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  running = await startRunning({ redis: false, workers: 2, environment: { LOG_LEVEL: 'info' } });
}, startLimitMs);
afterAll(async () => {
  await running.stop();
  server.closeAllConnections();
  server.close();
}, startLimitMs);
beforeEach(async () => {
  for (const { endpointId } of await running.client.all<Endpoint>('/v1/webhook-endpoints')) (await running.client.send('DELETE', `/v1/webhook-endpoints/${endpointId}`)).expect(204);
  received.length = 0;
  answers = [];
});

const at = '/v1/webhook-endpoints';
const register = async (body: object = { url }): Promise<Endpoint> => (await running.client.post(at, { body })).expect<Endpoint>(201);
const deliveries = (endpointId: string, query = ''): Promise<Delivery[]> => running.client.all<Delivery>(`${at}/${endpointId}/deliveries${query}`);
const verified = (secret: string): Message[] => received.map(({ headers, body }) => new Webhook(secret).verify(body, headers as Record<string, string>) as Message);

describe('a receiver', () => {
  it('is told what happens to an account, signed, with what the platform may read of it', async () => {
    const { secret } = await register();
    const account = await Account.open(running.client, { now: '2026-03-30T07:00:00Z' });
    await account.subscribe();
    const events = await account.events();
    await eventually('all of it has come', () => received.length === events.length);
    const told = verified(secret).toSorted((a, b) => a.data.sequence - b.data.sequence);
    expect(told.map(({ type, timestamp, data }) => [type, timestamp, data.accountId, data.sequence])).toEqual(events.map(({ type, effectiveAt, version }) => [type, effectiveAt, account.accountId, version]));
    const [opened] = events;
    expect(told[0]!.data).toEqual({ accountId: account.accountId, sequence: 1, recordedAt: opened!.recordedAt, ...opened!.data });
  });

  it('that answers 500 and then 200 gets it again after five seconds, with the same id', async () => {
    const { endpointId, secret } = await register({ url, events: ['AccountOpened'] });
    answers = [500];
    const began = Date.now();
    await Account.open(running.client);
    await eventually('it has come twice', () => received.length === 2);
    expect(Date.now() - began).toBeGreaterThanOrEqual(5_000);
    expect(verified(secret).map(({ type }) => type)).toEqual(['AccountOpened', 'AccountOpened']);
    const [first, second] = received.map(({ headers }) => headers);
    expect(second!['webhook-id']).toBe(first!['webhook-id']);
    expect(Number(second!['webhook-timestamp'])).toBeGreaterThanOrEqual(Number(first!['webhook-timestamp']) + 5);
    await eventually('it is written down', async () => (await deliveries(endpointId))[0]?.status === 'delivered');
    expect(await deliveries(endpointId)).toMatchObject([{ deliveryId: first!['webhook-id'], type: 'AccountOpened', status: 'delivered', attempts: 2 }]);
  });

  it('that answers 410 hears no more, until it is enabled again', async () => {
    const { endpointId } = await register({ url, events: ['AccountOpened'] });
    answers = [410];
    await Account.open(running.client);
    const status = async (): Promise<string> => (await running.client.get(`${at}/${endpointId}`)).expect<Endpoint>(200).status;
    await eventually('it is disabled', async () => (await status()) === 'disabled');
    expect((await running.client.post(`${at}/${endpointId}/test`)).told).toBe('409 endpoint_disabled');
    await register({ url: `${url}/other`, events: ['AccountOpened'] });
    await Account.open(running.client);
    await eventually('another endpoint has been told', () => received.length === 2);
    const heard = () => received.filter(({ path }) => path === '/hook');
    expect(heard()).toHaveLength(1);
    (await running.client.send('PATCH', `${at}/${endpointId}`, { body: { status: 'enabled' } })).expect(200);
    await eventually('the other one has come', () => heard().length === 2);
    (await running.client.post(`${at}/${endpointId}/replay`, { body: { failedOnly: true } })).expect(202);
    await eventually('what was refused has come as well', () => heard().length === 3);
    expect(heard()[2]!.headers['webhook-id']).toBe(heard()[0]!.headers['webhook-id']);
  });

  it('verifies with both secrets for a day, and gets what it asks for again', async () => {
    const { endpointId, secret } = await register({ url, events: ['AccountOpened'] });
    const rotated = (await running.client.post(`${at}/${endpointId}/rotate-secret`)).expect<{ secret: string }>(200);
    const since = new Date().toISOString();
    await Account.open(running.client);
    await eventually('it is written down', async () => (await deliveries(endpointId, '?status=delivered')).length === 1);
    const [delivery] = await deliveries(endpointId);
    (await running.client.post(`${at}/${endpointId}/deliveries/${delivery!.deliveryId}/replay`)).expect(202);
    await eventually('it has come again', () => received.length === 2);
    (await running.client.post(`${at}/${endpointId}/replay`, { body: { since } })).expect(202);
    await eventually('and again', () => received.length === 3);
    (await running.client.post(`${at}/${endpointId}/test`)).expect(202);
    await eventually('the test has come', () => received.length === 4);
    for (const one of [secret, rotated.secret]) expect(verified(one).map(({ type }) => type)).toEqual(['AccountOpened', 'AccountOpened', 'AccountOpened', 'webhook.test']);
  });
});

describe('an endpoint', () => {
  it('is registered once for one key, with the same secret, which is in no table in clear', async () => {
    const key = randomUUID();
    const [first, again] = [await running.client.post(at, { key, body: { url } }), await running.client.post(at, { key, body: { url } })];
    expect(again.text).toBe(first.text);
    const { endpointId, secret } = first.expect<Endpoint>(201);
    expect((await running.client.get(`${at}/${endpointId}`)).text).not.toContain(secret);
    expect(await running.client.all<Endpoint>(at)).toHaveLength(1);
    const database = new Database(await connect({ url: running.databaseUrl, poolSize: 1 }));
    expect(await rowsWith(database, endpointId)).not.toEqual([]);
    const bytes = secret.replace('whsec_', '');
    for (const word of [bytes, Buffer.from(bytes, 'base64').toString('hex')]) expect(await rowsWith(database, word)).toEqual([]);
    await database.dataSource.destroy();
  });

  it.each([
    [{ url: 'nonsense' }, '/url'], [{ url: 'ftp://127.0.0.1' }, '/url'], [{ url: 'http://ann:secret@127.0.0.1' }, '/url'], [{ url: 'http://169.254.169.254/' }, '/url'], [{ url: 'http://[::ffff:a9fe:a9fe]/' }, '/url'],
    [{ url: 'http://127.0.0.1', events: [] }, '/events'], [{ url: 'http://127.0.0.1', events: ['AccountOpened', 'Nonsense'] }, '/events/1'], [{ url: 'http://127.0.0.1', events: ['*', 'AccountOpened'] }, '/events/0'],
  ])('%j is refused at %s', async (body, pointer) => {
    const answer = await running.client.post(at, { body });
    expect([answer.told, answer.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer)]).toEqual(['422 invalid_request', [pointer]]);
  });

  it('that there is none of is not found', async () => {
    for (const id of [randomUUID(), 'nonsense']) {
      const told = await Promise.all([
        running.client.get(`${at}/${id}`), running.client.send('PATCH', `${at}/${id}`, { body: { status: 'enabled' } }), running.client.send('DELETE', `${at}/${id}`), running.client.post(`${at}/${id}/test`),
        running.client.post(`${at}/${id}/rotate-secret`), running.client.post(`${at}/${id}/replay`, { body: { failedOnly: true } }), running.client.get(`${at}/${id}/deliveries`),
        running.client.post(`${at}/${id}/deliveries/${randomUUID()}/replay`),
      ]);
      expect(new Set(told.map((one) => one.told))).toEqual(new Set(['404 not_found']));
    }
  });
});

describe('operators', () => {
  it('see how many endpoints are in trouble', async () => {
    await register();
    const { webhooks } = (await running.client.get('/v1/ops/health', { as: 'operator' })).expect<{ webhooks: object }>(200);
    expect(webhooks).toEqual({ enabled: 1, failing: 0, disabled: 0, oldestUndeliveredMs: null });
  });
});
