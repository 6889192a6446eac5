// What carriers call back with: whose signature is believed, for how long, and what is read from it.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Callback, callbacksFrom, CarrierNotConfigured, type ToldByCarrier } from '#carriers';
import { getExpectedBodyHash, getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64');
const env = { CARRIER: 'sandbox', TWILIO_CALLBACK_TOKEN: 'token', TELNYX_PUBLIC_KEY: key, BANDWIDTH_CALLBACK_USERNAME: 'user', BANDWIDTH_CALLBACK_PASSWORD: 'password', SANDBOX_CALLBACK_SECRET: 'secret' };
const readers = callbacksFrom(env);

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** A body as each carrier signs it; `ageSeconds`: how long ago. */
const signed: Readonly<Record<string, (body: string, ageSeconds?: number) => Callback>> = {
  twilio(body) {
    const url = `https://acme.example/v1/carriers/twilio/callbacks?bodySHA256=${getExpectedBodyHash(body)}`;
    return { url, headers: { 'x-twilio-signature': getExpectedTwilioSignature('token', url, {}) }, body: Buffer.from(body) };
  },
  telnyx(body, ageSeconds = 0) {
    const at = String(nowSeconds() - ageSeconds);
    return { url: 'https://acme.example/', headers: { 'telnyx-timestamp': at, 'telnyx-signature-ed25519': sign(null, Buffer.from(`${at}|${body}`), privateKey).toString('base64') }, body: Buffer.from(body) };
  },
  bandwidth: (body) => ({ url: 'https://acme.example/', headers: { authorization: `Basic ${Buffer.from('user:password').toString('base64')}` }, body: Buffer.from(body) }),
  sandbox(body, ageSeconds = 0) {
    const at = nowSeconds() - ageSeconds;
    return { url: 'https://acme.example/', headers: { 'sandbox-signature': `t=${at},v1=${createHmac('sha256', 'secret').update(`${at}.${body}`).digest('hex')}` }, body: Buffer.from(body) };
  },
};

const twilioEvent = (type: string, data: object, time = new Date().toISOString()): string => JSON.stringify([{ specversion: '1.0', type: `com.twilio.messaging.compliance.${type}`, id: 'NO1', time, data }]);
const telnyxEvent = (event_type: string, payload: object): string => JSON.stringify({ data: { event_type, id: 'e1', payload, record_type: 'event' }, meta: { attempt: 1 } });
const bandwidthOrder = (type: string, status: string): string =>
  `<?xml version="1.0"?><Notification><Status>${status}</Status><SubscriptionId>s</SubscriptionId><Message>m</Message><OrderId>o-1</OrderId><OrderType>${type}</OrderType>`
  + '<CompletedTelephoneNumbers><TelephoneNumber>5005550001</TelephoneNumber><TelephoneNumber>5005550002</TelephoneNumber></CompletedTelephoneNumbers></Notification>';
const bodies: Readonly<Record<string, string>> = {
  twilio: twilioEvent('campaign-registration.campaign-deleted', { messagingservicesid: 'MG1', campaignsid: 'CM1' }),
  telnyx: telnyxEvent('10dlc.campaign.update', { campaignId: 'C1', status: 'REJECTED' }),
  bandwidth: bandwidthOrder('disconnects', 'COMPLETE'),
  sandbox: '{"kind": "number", "name": "+15005550001", "became": "gone"}',
};

describe.each(Object.keys(signed))('%s', (name) => {
  const [body, callback] = [bodies[name]!, signed[name]!(bodies[name]!)];
  const reader = readers.get(name)!;

  it('believes what it has signed', async () => {
    expect(await reader.isGenuine(callback)).toBe(true);
    expect(reader.read(callback).length).toBeGreaterThan(0);
  });

  it('believes nothing without a signature, and none of another', async () => {
    expect(await reader.isGenuine({ ...callback, headers: {} })).toBe(false);
    const other = callbacksFrom({ ...env, TWILIO_CALLBACK_TOKEN: 'another', TELNYX_PUBLIC_KEY: Buffer.alloc(32, 7).toString('base64'), BANDWIDTH_CALLBACK_PASSWORD: 'another', SANDBOX_CALLBACK_SECRET: 'another' });
    expect(await other.get(name)!.isGenuine(callback)).toBe(false);
  });

  it(name === 'bandwidth' ? 'vouches for the sender alone: it signs no body' : 'believes no other bytes, were they the same in meaning', async () => {
    expect(await reader.isGenuine({ ...callback, body: Buffer.from(body.replace('>', '> ').replace(/[{,]/, '$& ')) })).toBe(name === 'bandwidth');
  });
});

describe('what was signed long ago', () => {
  it.each(['telnyx', 'sandbox'])('is not believed of %s after five minutes, nor from the future', async (name) => {
    for (const [age, believed] of [[240, true], [360, false], [-360, false]] as const) expect(await readers.get(name)!.isGenuine(signed[name]!(bodies[name]!, age))).toBe(believed);
  });

  it('is not believed of Twilio, whose signature says no time, by the time of the event', async () => {
    const of = (hours: number): Callback => signed['twilio']!(twilioEvent('brand-registration.brand-registered', { brandsid: 'BN1' }, new Date(Date.now() - hours * 3_600_000).toISOString()));
    expect(await Promise.all([3, 25].map((hours) => readers.get('twilio')!.isGenuine(of(hours))))).toEqual([true, false]);
  });
});

it('an address without the hash of the body vouches for no body', async () => {
  const url = 'https://acme.example/v1/carriers/twilio/callbacks';
  const headers = { 'x-twilio-signature': getExpectedTwilioSignature('token', url, {}) };
  expect(await readers.get('twilio')!.isGenuine({ url, headers, body: Buffer.from(bodies['twilio']!) })).toBe(false);
});

it.each<[string, string, readonly ToldByCarrier[]]>([
  ['twilio', bodies['twilio']!, [{ kind: 'messaging-service', names: ['MG1'], became: 'ended' }, { kind: 'campaign', names: ['CM1'], became: 'ended' }]],
  ['twilio', twilioEvent('campaign-registration.campaign-approved', { messagingservicesid: 'MG1' }), [{ kind: 'messaging-service', names: ['MG1'], became: 'in-use' }, { kind: 'campaign', names: [], became: 'in-use' }]],
  ['twilio', twilioEvent('brand-registration.brand-unverified', { brandsid: 'BN1' }), [{ kind: 'brand', names: ['BN1'], became: 'changed' }]],
  ['twilio', JSON.stringify([{ type: 'com.twilio.voice.insights', data: {} }]), []],
  ['telnyx', bodies['telnyx']!, [{ kind: 'campaign', names: ['C1'], became: 'ended' }]],
  ['telnyx', telnyxEvent('10dlc.campaign.update', { campaignId: 'C1', tcrCampaignId: 'T1', type: 'MNO_REVIEW', status: 'ACCEPTED' }), [{ kind: 'campaign', names: ['C1', 'T1'], became: 'in-use' }]],
  ['telnyx', telnyxEvent('10dlc.brand.update', { brandId: 'B1', eventType: 'BRAND_DELETE', status: 'success' }), [{ kind: 'brand', names: ['B1'], became: 'ended' }]],
  ['telnyx', telnyxEvent('portout.status_changed', { status: 'ported', phone_numbers: ['+15005550001', '15005550002'] }), [{ kind: 'number', names: ['+15005550001'], became: 'gone' }, { kind: 'number', names: ['+15005550002'], became: 'gone' }]],
  ['telnyx', telnyxEvent('portout.status_changed', { status: 'pending', phone_numbers: ['+15005550001'] }), []],
  ['telnyx', telnyxEvent('message.received', { text: 'hello' }), []],
  ['bandwidth', bodies['bandwidth']!, [{ kind: 'number', names: ['+15005550001'], became: 'gone' }, { kind: 'number', names: ['+15005550002'], became: 'gone' }, { order: 'o-1' }]],
  ['bandwidth', bandwidthOrder('disconnects', 'FAILED'), [{ order: 'o-1' }]],
  ['bandwidth', bandwidthOrder('orders', 'COMPLETE'), []],
  ['sandbox', bodies['sandbox']!, [{ kind: 'number', names: ['+15005550001'], became: 'gone' }]],
  ['sandbox', '{"order": "o-1"}', [{ order: 'o-1' }]],
  ['sandbox', '{"kind": "number", "name": "+15005550001", "became": "rich"}', []],
])('%s tells with %s', (name, body, told) => {
  expect(readers.get(name)!.read(signed[name]!(body))).toEqual(told);
});

describe('the keys', () => {
  it('are needed: whoever has none is not listened to, but the sandbox in the sandbox', () => {
    expect([...callbacksFrom({}).keys()]).toEqual([]);
    expect([...callbacksFrom({ SANDBOX: 'true' }).keys()]).toEqual(['sandbox']);
    expect([...readers.keys()]).toEqual(['twilio', 'telnyx', 'bandwidth', 'sandbox']);
  });

  it.each([
    [{ TELNYX_PUBLIC_KEY: 'too short' }, ['TELNYX_PUBLIC_KEY is malformed']],
    [{ BANDWIDTH_CALLBACK_USERNAME: 'user' }, ['BANDWIDTH_CALLBACK_USERNAME and BANDWIDTH_CALLBACK_PASSWORD are given both or neither']],
  ])('are told of where they cannot be: %o', (given, mistakes) => {
    expect(() => callbacksFrom(given)).toThrow(new CarrierNotConfigured(mistakes));
  });
});
