// What of an account's state is different after an event, field by field.
import type { Membership } from '#domain';

export type FieldValue = string | number | boolean | null;

/** `null`: there was nothing, or there is nothing any more. */
export interface Change {
  /** A path of names: `subscriptions.s1.cancellation.effectiveAt`. */
  readonly field: string;
  readonly before: FieldValue;
  readonly after: FieldValue;
}

/** Of one list so many entries are told one by one, and of the others how many they are. */
export const entriesMost = 200;

/** Under which an entry of a list is known. */
const idFields = ['subscriptionId', 'chargeId', 'attemptId', 'holdId', 'numberId', 'at'] as const;

/** It says of whom a number is, and nothing to anybody. */
const hidden: ReadonlySet<string> = new Set(['e164Hash']);

type Entries = ReadonlyMap<string, unknown>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** What is the same object has not changed, and is not looked into. */
export function changesOf(before: Membership | null, after: Membership): readonly Change[] {
  const changes: Change[] = [];
  walk('', before && legible(before, after), legible(after, before), changes);
  return changes;
}

/** Numbers lie in pages, which nobody needs to know of: here they stand by their ids, and those of pages that the other state has too are left out. */
function legible({ numbers: { all, ...numbers }, ...state }: Membership, other: Membership | null): Readonly<Record<string, unknown>> {
  return { ...state, numbers: { ...numbers, counts: all.counts, each: all.pages.filter((page) => !other?.numbers.all.pages.includes(page)).flat() } };
}

function walk(path: string, before: unknown, after: unknown, changes: Change[]): void {
  if (before === after) return;
  if (!isObject(before) && !isObject(after)) {
    const change = { field: path, before: leaf(before), after: leaf(after) };
    if (change.before !== change.after) changes.push(change);
    return;
  }
  const [earlier, later] = [entriesOf(before), entriesOf(after)];
  const names = [...new Set([...earlier.keys(), ...later.keys()])].filter((name) => !hidden.has(name) && earlier.get(name) !== later.get(name));
  const isList = Array.isArray(before) || Array.isArray(after);
  for (const name of isList ? names.slice(0, entriesMost) : names) walk(path === '' ? name : `${path}.${name}`, earlier.get(name), later.get(name), changes);
  if (isList && names.length > entriesMost) changes.push({ field: `${path}.…`, before: null, after: names.length - entriesMost });
}

const leaf = (value: unknown): FieldValue => (value === undefined || isObject(value) ? null : (value as FieldValue));

/** Of a list: by the id of each, or each by itself where it has none. */
function entriesOf(value: unknown): Entries {
  if (!isObject(value)) return new Map();
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((one: unknown): [string, unknown] => (isObject(one) ? [idOf(one), one] : [String(one), true])));
}

const idOf = (entry: Readonly<Record<string, unknown>>): string => {
  const id = idFields.find((field) => typeof entry[field] === 'string');
  return id === undefined ? JSON.stringify(entry) : String(entry[id]);
};
