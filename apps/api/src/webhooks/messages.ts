// What endpoints are sent, declared for the OpenAPI document: a message for each type of event, and the test.
import { membershipEvents } from '#domain';
import { testType } from '#webhooks';
import { payloads } from '../events/payloads.js';
import { fieldsOf } from '../events/schemas.js';
import { InstantSchema, object, schema, text, whole, type JsonSchema } from '../http/answers/schemas.js';
import { webhook } from '../http/answers/webhooks.js';

const head = {
  accountId: text,
  sequence: { ...whole, description: 'Of the event within its account, from 1 on without a gap. Messages may arrive in another order.' },
  recordedAt: { $ref: InstantSchema.$ref, description: 'In real time.' },
};

const timestamp: JsonSchema = { $ref: InstantSchema.$ref, description: 'When it happened, in the time of the account.' };

const message = (type: string, data: JsonSchema): JsonSchema => object({ type: { type: 'string', const: type }, timestamp, data });

/** Throws where an event has a field that would stand in the place of another. */
function dataOf(type: keyof typeof payloads, personal: readonly string[]): JsonSchema {
  const [required, optional] = fieldsOf(type, personal);
  const taken = Object.keys({ ...required, ...optional }).find((field) => field in head);
  if (taken) throw new Error(`${type}.${taken} has the name of something that stands beside it`);
  return object({ ...head, ...required }, optional);
}

for (const { type, personal } of membershipEvents) {
  webhook(type, { description: payloads[type].what, body: schema(`${type}Message`, message(type, dataOf(type, personal))) });
}

webhook(testType, {
  description: 'Sent when somebody asks for it (`POST …/test`), once; it is no event of an account.',
  body: schema('WebhookTestMessage', message(testType, object({ endpointId: text }))),
});
