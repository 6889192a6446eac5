// The shapes of what happened: one for each type of event, all of them as a union that `type` tells apart, and the feed.
import { membershipEvents } from '#domain';
import { bool, InstantSchema, list, nullable, object, oneOf, schema, text, whole, type JsonSchema, type SchemaRef } from '../http/answers/schemas.js';
import { isOptional, payloads } from './payloads.js';

export const ActorSchema = schema('Actor', object({
  role: oneOf('customer', 'service', 'operator', 'viewer', 'analyst', 'system'),
  id: { ...text, description: 'The subject of a token of staff or of a machine; a keyed hash of a customer\'s; the part of the service that acts by itself.' },
}));

const common = {
  eventId: { ...text, format: 'uuid' },
  version: { ...whole, description: 'Place in the stream of its account: 1, 2, 3 …' },
  schemaVersion: { ...whole, description: 'Of the shape in which it was written; `data` is in the shape of today.' },
  effectiveAt: { $ref: InstantSchema.$ref, description: 'When it counts, in the account\'s time.' },
  recordedAt: { $ref: InstantSchema.$ref, description: 'When it was written down, in real time.' },
  actor: ActorSchema,
  channel: { ...text, description: 'Through which it came: `api`, `page`, `worker`, `import`.' },
  correlationId: { ...text, description: 'One request or one job and all that followed from it.' },
  causation: { ...text, description: 'The request, idempotency key or deadline that led to it.' },
};

type Fields = Readonly<Record<string, JsonSchema>>;

/** What those that an import tells have. */
const ofImports = { imported: { ...bool, description: 'true: it happened in the system that the account was taken over from.' } };

/** Only the feed tells them. */
const inFeed = { accountId: text, cursor: { ...text, description: 'The place behind this event; `after` takes it.' } };

/** What an event of that type tells: the fields that each has, and those that some lack. */
export function fieldsOf(type: keyof typeof payloads, personal: readonly string[]): readonly [required: Fields, optional: Fields] {
  const told = Object.entries<JsonSchema | { readonly mayLack: JsonSchema }>(payloads[type].data).map(([name, field]) => {
    const value = isOptional(field) ? field.mayLack : field;
    const shown = personal.includes(name) ? { ...nullable(value), description: 'Personal: null once it is forgotten.' } : value;
    return { name, shown, required: !isOptional(field) };
  });
  const those = (required: boolean) => Object.fromEntries(told.filter((one) => one.required === required).map(({ name, shown }) => [name, shown]));
  return [those(true), those(false)];
}

const union: readonly (readonly [type: string, SchemaRef])[] = membershipEvents.map(({ type, personal }) => [
  type,
  schema(`${type}Event`, { ...object({ type: oneOf(type), ...common, data: object(...fieldsOf(type, personal)) }, { ...inFeed, ...ofImports }), description: payloads[type].what }),
]);

export const EventSchema = schema('Event', {
  oneOf: union.map(([, one]) => one),
  discriminator: { propertyName: 'type', mapping: Object.fromEntries(union.map(([type, { $ref }]) => [type, $ref])) },
});

/** Beside each of them, not of the union: generators take whatever extends a union with a discriminator for one more of its types. */
export const FeedEntrySchema = schema('FeedEntry', { oneOf: union.map(([, one]) => ({ allOf: [one, { required: Object.keys(inFeed) }] })) });

export const FeedSchema = schema(
  'Feed',
  object({
    data: list(FeedEntrySchema),
    next: { ...nullable(text), description: 'Where to go on, while there is more already.' },
    reached: { ...nullable(text), description: 'How far the log was looked through, whether or not anything there was asked for; null while the log is empty. Whoever asks again later asks from here.' },
  }),
);
