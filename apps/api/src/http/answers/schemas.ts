// The shapes of answers as plain JSON Schema (2020-12), each a named component of the OpenAPI document. Resources declare theirs beside their controller.
import { problems } from '../problems/problems.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A reference to a named component; stands wherever a schema may stand. */
export interface SchemaRef extends JsonSchema {
  readonly $ref: string;
}

const components = new Map<string, JsonSchema>();

/** Declares a component and returns the reference to it. A name can be declared once. */
export function schema(name: string, definition: JsonSchema): SchemaRef {
  if (components.has(name)) throw new Error(`the schema ${name} is declared twice`);
  components.set(name, definition);
  return { $ref: `#/components/schemas/${name}` };
}

/** All components declared so far, by name. */
export const declaredSchemas = (): ReadonlyMap<string, JsonSchema> => components;

type Properties = Readonly<Record<string, JsonSchema>>;

/** An object with exactly these properties; those in `optional` may be absent. */
export const object = (required: Properties, optional: Properties = {}): JsonSchema => ({
  type: 'object',
  properties: { ...required, ...optional },
  ...(Object.keys(required).length > 0 && { required: Object.keys(required) }),
  additionalProperties: false,
});

export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

/** `{ data, next }`, as `toList` makes it. */
export const page = (items: JsonSchema): JsonSchema => object({ data: list(items), next: { type: ['string', 'null'] } });

export const nullable = (of: JsonSchema): JsonSchema => ({ anyOf: [of, { type: 'null' }] });

export const oneOf = (...values: readonly string[]): JsonSchema => ({ type: 'string', enum: values });

/** An object with properties that are not known beforehand, all of one shape. */
export const record = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });

export const text: JsonSchema = { type: 'string' };
export const whole: JsonSchema = { type: 'integer' };
export const number: JsonSchema = { type: 'number' };
export const bool: JsonSchema = { type: 'boolean' };
/** Any JSON value. */
export const anything: JsonSchema = {};

export const InstantSchema = schema('Instant', {
  type: 'string',
  format: 'date-time',
  description: 'ISO-8601 in UTC with milliseconds.',
  examples: ['2026-04-30T07:00:00.000Z'],
});

export const MoneySchema = schema('Money', {
  ...object({ amount: { type: 'integer', description: 'Minor units, cents for USD.' }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } }),
  examples: [{ amount: 500, currency: 'USD' }],
});

export const ProblemSchema = schema('Problem', {
  ...object(
    {
      type: { type: 'string', format: 'uri' },
      title: text,
      status: whole,
      code: oneOf(...Object.keys(problems)),
      detail: text,
      instance: { type: 'string', format: 'uri', description: 'The id of the request, as the log has it.' },
    },
    { errors: list(object({ pointer: { type: 'string', description: '`/reason/code` in the body; `/query/limit`, `/path/accountId`, `/header/idempotency-key` elsewhere.' }, message: text })) },
  ),
  description: 'RFC 9457. A refusal may add members of its own, such as the cancellation that is pending.',
  additionalProperties: true,
});
