// Reads what came over the wire into a class of declared fields: unknown properties, wrong types and broken rules are named by JSON pointer.
import { validateSync, type ValidationError } from 'class-validator';
import type { PolicyInForce } from '#domain';
import { Problem, type InputError, type ProblemCode } from '../problems/problems.js';
import { faultOf, type PolicyList } from './policy-lists.js';

export type InputType<T extends object = object> = new () => T;

export interface Field {
  readonly optional: boolean;
  readonly nullable: boolean;
  /** Present for nested objects and lists of them. */
  readonly nested?: () => InputType;
  readonly list?: boolean;
  /** What is wrong with one entry of a list of texts; told at the entry's own place. */
  readonly entryFault?: (entry: unknown) => string | undefined;
  /** Query parameters are text: reads it, or returns it unchanged for the rules to refuse. */
  readonly fromText?: (text: string) => unknown;
  /** A text that has to stand on this list of the policy in force. */
  readonly ofPolicy?: PolicyList;
  /** Brings a value that keeps the rules into its one written form. */
  readonly normalise?: (value: unknown) => unknown;
}

/** Where the value came from; part of every pointer except for bodies. */
export type InputSource = 'body' | 'query';

const declared = new WeakMap<object, Map<string, Field>>();

/** Declares one field of an input class; subclasses inherit it. */
export function declareField(prototype: object, name: string, field: Field): void {
  const own = declared.get(prototype) ?? new Map<string, Field>();
  declared.set(prototype, own.set(name, field));
}

export function fieldsOf(type: InputType): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (let prototype = type.prototype as object | null; prototype; prototype = Object.getPrototypeOf(prototype) as object | null) {
    for (const [name, field] of declared.get(prototype) ?? []) if (!fields.has(name)) fields.set(name, field);
  }
  return fields;
}

/** More than a caller can read at once helps nobody and costs us. */
const errorsTold = 50;

/** An instance of `type`; throws an `invalid_request` problem that names every bad property. */
export function readInput<T extends object>(type: InputType<T>, value: unknown, policy: PolicyInForce, source: InputSource = 'body'): T {
  const root = source === 'body' ? '' : `/${source}`;
  const broken: BrokenRule[] = [];
  const input = instantiate(type, value, root, source, broken);
  if (isRecord(value) && fieldsOf(type).size > 0) {
    const errors = validateSync(input, { stopAtFirstError: true, validationError: { target: false, value: false } });
    const shapeless = new Set(broken.map(({ pointer }) => pointer));
    for (const error of errors) collect(error, root, shapeless, broken);
    collectOfPolicy(type, input, root, policy, broken);
  }
  if (broken.length > 0) throw inputProblem(broken);
  normalise(type, input);
  return input;
}

/** What a rule adds to class-validator's error as its `context`, where breaking it has a code of its own. */
export interface RuleContext {
  readonly code: ProblemCode;
}

interface BrokenRule extends InputError {
  readonly code: ProblemCode;
}

/** A code of its own is told only if nothing is wrong besides. */
function inputProblem(broken: readonly BrokenRule[]): Problem {
  const plain = broken.some(({ code }) => code === 'invalid_request');
  const code = plain ? 'invalid_request' : (broken[0]?.code ?? 'invalid_request');
  return new Problem(code, { errors: broken.slice(0, errorsTold).map(({ pointer, message }) => ({ pointer, message })) });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

export const pointer = (parent: string, name: string | number): string =>
  `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function instantiate<T extends object>(type: InputType<T>, plain: unknown, at: string, source: InputSource, broken: BrokenRule[]): T {
  const input = new type();
  if (!isRecord(plain)) {
    broken.push({ pointer: at, message: 'must be an object', code: 'invalid_request' });
    return input;
  }
  const fields = fieldsOf(type);
  for (const [name, value] of Object.entries(plain)) {
    const where = pointer(at, name);
    const field = fields.get(name);
    if (field) {
      const given = read(field, value, where, source, broken);
      (input as Record<string, unknown>)[name] = given;
      checkEntries(field, given, where, broken);
    } else broken.push({ pointer: where, message: 'is not a known property', code: 'invalid_request' });
  }
  return input;
}

function read(field: Field, value: unknown, at: string, source: InputSource, broken: BrokenRule[]): unknown {
  if (source === 'query') return readText(field, value);
  const { nested } = field;
  if (!nested || value === null) return value;
  if (!field.list) return instantiate(nested(), value, at, source, broken);
  return Array.isArray(value) ? value.map((item, index) => instantiate(nested(), item, pointer(at, index), source, broken)) : value;
}

function checkEntries({ entryFault }: Field, given: unknown, at: string, broken: BrokenRule[]): void {
  if (!entryFault || !Array.isArray(given)) return;
  for (const [index, entry] of given.entries()) {
    const message = entryFault(entry);
    if (message !== undefined) broken.push({ pointer: pointer(at, index), message, code: 'invalid_request' });
  }
}

function readText(field: Field, value: unknown): unknown {
  const one = (item: unknown): unknown => (typeof item === 'string' && field.fromText ? field.fromText(item) : item);
  if (field.list) return (Array.isArray(value) ? value : [value]).map(one);
  return one(value);
}

/** What is not even an object breaks no further rules. */
function collect(error: ValidationError, at: string, shapeless: ReadonlySet<string>, broken: BrokenRule[]): void {
  const here = pointer(at, error.property);
  if (shapeless.has(here)) return;
  const [rule] = Object.entries(error.constraints ?? {});
  if (rule) {
    const context = error.contexts?.[rule[0]] as RuleContext | undefined;
    broken.push({ pointer: here, message: rule[1], code: context?.code ?? 'invalid_request' });
  }
  for (const child of error.children ?? []) collect(child, here, shapeless, broken);
}

function collectOfPolicy(type: InputType, input: object, at: string, policy: PolicyInForce, broken: BrokenRule[]): void {
  for (const [name, { ofPolicy, nested, list }] of fieldsOf(type)) {
    const value = (input as Record<string, unknown>)[name];
    const here = pointer(at, name);
    const message = ofPolicy && typeof value === 'string' ? faultOf(policy, ofPolicy, value) : null;
    if (message !== null) broken.push({ pointer: here, message, code: 'invalid_request' });
    const within = list && Array.isArray(value) ? value.map((item: unknown, index) => [item, pointer(here, index)] as const) : [[value, here] as const];
    for (const [item, place] of within) if (nested && item instanceof nested()) collectOfPolicy(nested(), item, place, policy, broken);
  }
}

function normalise(type: InputType, input: object): void {
  const values = input as Record<string, unknown>;
  for (const [name, field] of fieldsOf(type)) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    if (field.normalise) values[name] = field.normalise(value);
    if (!field.nested) continue;
    for (const item of field.list ? (value as object[]) : [value]) normalise(field.nested(), item);
  }
}
