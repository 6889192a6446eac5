// Requests made from the published schemas: good ones, and everything that can be wrong with them.
import type { Contract, Operation, Schema } from './contract.js';

/** What a schema cannot say. */
const known: Readonly<Record<string, unknown>> = {
  planId: 'messaging-monthly', timeZone: 'Europe/Berlin', e164: '+12065550199', currency: 'USD', code: 'unused', id: 'terms', version: '2026-01', role: 'service',
  now: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', sendAt: '2031-01-01T00:00:00Z', reviewAt: '2031-01-01T00:00:00Z',
  url: 'https://hooks.example.com/sunset', events: 'AccountOpened', shown: '00000000-0000-4000-8000-000000000000', actId: '00000000-0000-4000-8000-000000000000', since: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z',
};

export const bodySchema = (operation: Operation): Schema | undefined => operation.requestBody?.content['application/json']?.schema;

/** A body with every property, or with the required ones alone. */
export function goodBody(contract: Contract, schema: Schema, { complete }: { complete: boolean }): unknown {
  return exampleOf(contract, schema, '', complete);
}

function exampleOf(contract: Contract, unresolved: Schema, name: string, complete: boolean): unknown {
  const schema = contract.resolve(unresolved);
  if (isObject(schema)) {
    const required = (schema['required'] ?? []) as readonly string[];
    const names = Object.keys(properties(schema)).filter((property) => complete || required.includes(property));
    return Object.fromEntries(names.map((property) => [property, exampleOf(contract, properties(schema)[property]!, property, complete)]));
  }
  if (schema['type'] === 'array') return [exampleOf(contract, schema['items'] as Schema, name, complete)];
  if (name in known && schema['type'] === 'string') return known[name];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema['format'] === 'email') return 'ada@example.com';
  if (schema['type'] === 'boolean') return true;
  if (schema['type'] === 'integer') return Math.max(1, Number(schema['minimum'] ?? 1));
  return 'abc';
}

export interface Fault {
  readonly what: string;
  readonly pointer: string;
  readonly body: unknown;
}

/** Each body has one thing wrong with it, and `pointer` says where. */
export function faultyBodies(contract: Contract, schema: Schema): Fault[] {
  const good = goodBody(contract, schema, { complete: true });
  return faultsOf(contract, schema, '', '').map(({ what, pointer, change }) => ({ what, pointer, body: change(structuredClone(good)) }));
}

interface Change {
  readonly what: string;
  readonly pointer: string;
  readonly change: (body: unknown) => unknown;
}

function faultsOf(contract: Contract, unresolved: Schema, at: string, name: string): Change[] {
  const schema = contract.resolve(unresolved);
  const becomes = (value: unknown): Change => ({ what: `${at || 'the body'} is ${JSON.stringify(value).slice(0, 40)}`, pointer: at, change: (body) => put(body, at, value) });
  const wrong = wrongValues(schema, name).map(becomes);
  if (isObject(schema)) {
    const required = (schema['required'] ?? []) as readonly string[];
    return [
      ...wrong,
      { what: `${at}/surprise is not known`, pointer: `${at}/surprise`, change: (body) => put(body, `${at}/surprise`, 1) },
      ...required.map((property) => ({ what: `${at}/${property} is missing`, pointer: `${at}/${property}`, change: (body: unknown) => put(body, `${at}/${property}`, undefined) })),
      ...Object.entries(properties(schema)).flatMap(([property, of]) => faultsOf(contract, of, `${at}/${property}`, property)),
    ];
  }
  if (schema['type'] === 'array') return [...wrong, ...faultsOf(contract, schema['items'] as Schema, `${at}/0`, name)];
  return wrong;
}

const huge = 'x'.repeat(5000);

function wrongValues(schema: Schema, name: string): readonly unknown[] {
  if (isObject(schema)) return [null, [], 'text', 5];
  switch (schema['type']) {
    case 'array':
      return [null, {}, 'text', ...('maxItems' in schema ? [Array<number>(Number(schema['maxItems']) + 1).fill(1)] : []), ...('minItems' in schema && schema['minItems'] !== 0 ? [[]] : [])];
    case 'boolean':
      return [null, 'true', 1, {}];
    case 'integer':
      return [null, '1', 1.5, 1e300, true, {}, ...('minimum' in schema ? [Number(schema['minimum']) - 1] : [])];
    default:
      return [null, 5, true, {}, ['a'], huge, 'nul \u0000', ...(schema['enum'] || schema['format'] || schema['pattern'] || name === 'timeZone' ? ['@nonsense'] : [])];
  }
}

const isObject = (schema: Schema): boolean => schema['type'] === 'object';
const properties = (schema: Schema): Readonly<Record<string, Schema>> => (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;

/** `undefined` takes the property away. */
function put(body: unknown, pointer: string, value: unknown): unknown {
  if (pointer === '') return value;
  const parts = pointer.slice(1).split('/');
  const last = parts.pop()!;
  let parent = body as Record<string, unknown>;
  for (const part of parts) parent = parent[part] as Record<string, unknown>;
  parent[last] = value;
  return body;
}
