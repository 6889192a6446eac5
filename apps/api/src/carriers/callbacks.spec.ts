// The route that carriers call: heard by their signature alone, over the bytes that came, to the address that they call.
import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { Module, type DynamicModule } from '@nestjs/common';
import { type HearCarrier, SecondPerson } from '#application';
import type { AskedActs } from '#four-eyes';
import { createRegistry } from '../http/server/metrics.js';
import { readSettings } from '../http/server/settings.js';
import { testServer, type TestServer } from '../http/server/test-server.js';
import { CarriersModule } from './carriers.module.js';

const registry = createRegistry();
let server: TestServer;
let heard: unknown[];
const publicUrl = 'https://acme.example';

const bus = {
  execute: ({ carrier, body, told }: HearCarrier) => {
    heard.push([carrier, body.toString(), told]);
    return Promise.resolve({ repeated: false, lookedAgain: 1, findings: 0 });
  },
};

@Module({})
class WithBus {
  static of(): DynamicModule {
    return { module: WithBus, global: true, providers: [{ provide: CommandBus, useValue: bus }, { provide: SecondPerson, useValue: new SecondPerson({} as AskedActs, null) }], exports: [CommandBus, SecondPerson] };
  }
}

beforeAll(async () => {
  const settings = readSettings({
    SANDBOX: 'true', DATABASE_URL: 'postgres://unused', RATE_LIMIT_PER_MINUTE: '0', PUBLIC_URL: publicUrl,
    SANDBOX_CALLBACK_SECRET: 'secret', TWILIO_CALLBACK_TOKEN: 'token', BANDWIDTH_CALLBACK_USERNAME: 'user', BANDWIDTH_CALLBACK_PASSWORD: 'password',
  });
  server = await testServer([], { settings, registry }, [WithBus.of(), { module: CarriersModule }]);
});
afterAll(() => server.close());
beforeEach(() => {
  heard = [];
});

const send = (carrier: string, payload: string | Buffer, headers: Record<string, string>, query = '') =>
  server.app.inject({ method: 'POST', url: `/v1/carriers/${carrier}/callbacks${query}`, payload, headers });
const stamp = (body: string, at = Math.floor(Date.now() / 1000), secret = 'secret'): string => `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
const body = '{ "kind":"number","name":"+15005550001",  "became":"gone" }';
const json = { 'content-type': 'application/json' };

describe('a callback that the carrier has signed', () => {
  it('is heard, over the bytes as they came', async () => {
    const answered = await send('sandbox', body, { ...json, 'sandbox-signature': stamp(body) });
    expect([answered.statusCode, answered.json()]).toEqual([200, { repeated: false, lookedAgain: 1, findings: 0 }]);
    expect(heard).toEqual([['sandbox', body, [{ kind: 'number', names: ['+15005550001'], became: 'gone' }]]]);
  });

  it('is heard in whatever type the carrier writes', async () => {
    const xml = '<Notification><Status>COMPLETE</Status><OrderId>o-1</OrderId><OrderType>disconnects</OrderType></Notification>';
    const answered = await send('bandwidth', xml, { 'content-type': 'application/xml; charset=utf-8', authorization: `Basic ${Buffer.from('user:password').toString('base64')}` });
    expect([answered.statusCode, heard]).toEqual([200, [['bandwidth', xml, [{ order: 'o-1' }]]]]);
  });

  it('is heard at the address that the carrier calls, whatever stands between', async () => {
    const event = '[]';
    const query = `?bodySHA256=${createHash('sha256').update(event).digest('hex')}`;
    const of = (origin: string) => ({ ...json, 'x-twilio-signature': createHmac('sha1', 'token').update(`${origin}/v1/carriers/twilio/callbacks${query}`).digest('base64') });
    expect((await send('twilio', event, of('https://another.example'), query)).statusCode).toBe(403);
    expect((await send('twilio', event, of(publicUrl), query)).statusCode).toBe(200);
  });

  it('and that nobody can read is said to be so, and not heard', async () => {
    const answered = await send('sandbox', '{', { ...json, 'sandbox-signature': stamp('{') });
    expect([answered.statusCode, answered.json().code, heard]).toEqual([400, 'invalid_request', []]);
  });
});

it.each<[string, string, Record<string, string>]>([
  ['without a signature', body, {}],
  ['with a signature that is none', body, { 'sandbox-signature': 'nonsense' }],
  ['signed with another secret', body, { 'sandbox-signature': stamp(body, undefined, 'another') }],
  ['signed an hour ago', body, { 'sandbox-signature': stamp(body, Math.floor(Date.now() / 1000) - 3_600) }],
  ['with another body than was signed', JSON.stringify(JSON.parse(body)), { 'sandbox-signature': stamp(body) }],
  ['without a body', '', { 'sandbox-signature': stamp(body) }],
])('what comes %s is turned away', async (_, payload, headers) => {
  const answered = await send('sandbox', payload, { ...json, ...headers });
  expect([answered.statusCode, answered.json().code, heard]).toEqual([403, 'signature_refused', []]);
});

it('is counted where it is turned away', async () => {
  const count = async (): Promise<number> => (await registry.getSingleMetric('sunset_refused_requests_total')!.get()).values.find(({ labels }) => labels['reason'] === 'signature')!.value;
  const before = await count();
  await send('sandbox', body, json);
  expect(await count()).toBe(before + 1);
});

it.each(['telnyx', 'nobody'])('a carrier without a key, as %s, has no such route', async (carrier) => {
  const answered = await send(carrier, body, json);
  expect([answered.statusCode, answered.json().code]).toEqual([404, 'not_found']);
});

it('takes no more than a mebibyte', async () => {
  const large = ' '.repeat(1024 * 1024 + 1);
  expect((await send('sandbox', large, { ...json, 'sandbox-signature': stamp(large) })).statusCode).toBe(413);
});
