// What the OpenAPI document says of webhooks is what is sent: held against all that was ever told.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Memberships, WebhookPayloads } from '#application';
import { membershipEvents } from '#domain';
import { lives } from '../recorded/recorded-lives.js';
import { entered } from '../stories/recorded.js';
import { standIn } from '../support/stand-in.js';

interface Document {
  readonly webhooks: Readonly<Record<string, { readonly post: { readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: { readonly $ref: string } } } } } }>>;
}

const document = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8')) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'openapi', ...document }, 'openapi');

const payloads = (silent: boolean): WebhookPayloads =>
  new WebhookPayloads(standIn<Memberships>({ silent: (accounts) => Promise.resolve(silent ? accounts : new Set<string>()) }));

describe('the webhooks of the document', () => {
  it('are one for each type of event, and the test', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual([...membershipEvents.map(({ type }) => type), 'webhook.test'].sort());
  });

  it.each([['of accounts that live', false], ['of those whose purge is due', true]])('describe every message %s', async (_, silent) => {
    const events = lives.flatMap((life) => life.events);
    const told = await payloads(silent).tell(events.map((event, index) => entered(event, { version: index + 1 })));
    const faults = new Map<string, unknown>();
    for (const [index, { type }] of events.entries()) {
      const { timestamp, data } = told[index]!;
      const fits = ajv.getSchema(`openapi${document.webhooks[type]!.post.requestBody.content['application/json'].schema.$ref}`)!;
      if (!fits(JSON.parse(JSON.stringify({ type, timestamp, data })))) faults.set(type, fits.errors?.map(({ instancePath, message, params }) => [instancePath, message, params]));
    }
    expect(Object.fromEntries(faults)).toEqual({});
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(40);
  });

  it('object to a message that is another', () => {
    const fits = ajv.getSchema('openapi#/components/schemas/NumberRemovedMessage')!;
    const message = { type: 'NumberRemoved', timestamp: '2026-04-30T07:00:00.000Z', data: { accountId: 'a', sequence: 1, recordedAt: '2026-04-30T07:00:00.000Z', numberId: 'n' } };
    expect([fits(message), fits({ ...message, type: 'Other' }), fits({ ...message, data: { ...message.data, more: 1 } }), fits({ ...message, data: { ...message.data, numberId: 5 } })]).toEqual([true, false, false, false]);
  });
});
