// Lists: `limit` and `after` in, `{ data, next }` out. A cursor is opaque text that only the list that made it can read.
import type { Instant } from '#kernel';
import { idPattern, Text, Whole } from '../input/fields.js';
import { isInstantText, isUuid } from '../input/formats.js';
import { isRecord } from '../input/input.js';
import { invalidField } from '../problems/problems.js';

const defaultLimit = 100;

/** Query parameters of every list; lists with filters extend it. */
export class Page {
  @Whole({ min: 1, max: 1000, optional: true, description: `Entries to return; ${defaultLimit} unless told.` })
  limit: number = defaultLimit;

  @Text({ max: 1000, optional: true, description: 'The `next` of the page before.' })
  after?: string;
}

export interface List<T> {
  readonly data: readonly T[];
  /** `null` on the last page. */
  readonly next: string | null;
}

export type CursorKey = readonly (string | number)[];

interface Parts {
  readonly number: number;
  /** A place in an account's stream, or none. */
  readonly version: number;
  readonly string: string;
  readonly instant: Instant;
  readonly uuid: string;
  /** An id that callers may choose. */
  readonly id: string;
}

const isOf: { readonly [Part in keyof Parts]: (part: string | number) => boolean } = {
  number: (part) => typeof part === 'number',
  version: (part) => typeof part === 'number' && part >= 0 && part < 2_147_483_647,
  string: (part) => typeof part === 'string',
  instant: (part) => typeof part === 'string' && isInstantText(part),
  uuid: (part) => typeof part === 'string' && isUuid(part),
  id: (part) => typeof part === 'string' && idPattern.test(part),
};

/** The key that the page begins after, as {@link toList} made it; `undefined` on the first page. `shape` says what each part is. */
export function startOf<const Shape extends readonly (keyof Parts)[]>(page: Page, shape: Shape): { readonly [Index in keyof Shape]: Parts[Shape[Index]] } | undefined {
  if (page.after === undefined) return undefined;
  const key = decode(page.after);
  if (key?.length !== shape.length || !shape.every((part, index) => isOf[part](key[index]!))) throw invalidField('/query/after', 'must be the cursor of the page before');
  return key as { readonly [Index in keyof Shape]: Parts[Shape[Index]] };
}

/** What is to be read of a list in the order of an account's stream: after which version, and one more than the page holds. */
export const pageOfStream = (page: Page): { readonly after: number; readonly most: number } => ({ after: startOf(page, ['version'])?.[0] ?? 0, most: page.limit + 1 });

/** The list of what was read so. */
export const streamList = <T>(page: Page, rows: readonly { readonly version: number; readonly row: T }[]): List<T> => toList(page, rows, ({ version }) => [version], ({ row }) => row);

/** As {@link startOf}, of a list in the order of an instant and, among equals, of an id. */
export function startInTime(page: Page, id: 'uuid' | 'id' | 'string' = 'uuid'): { readonly at: Instant; readonly id: string } | undefined {
  const start = startOf(page, ['instant', id]);
  return start && { at: start[0], id: start[1] };
}

/** `rows` must be read with a limit of `page.limit + 1`: the surplus row tells that there is a next page. */
export function toList<Row, T>(page: Page, rows: readonly Row[], keyOf: (row: Row) => CursorKey, show: (row: Row) => T): List<T> {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return { data: shown.map(show), next: more ? encode(keyOf(last)) : null };
}

const encode = (key: CursorKey): string => Buffer.from(JSON.stringify({ k: key })).toString('base64url');

function decode(cursor: string): CursorKey | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return isRecord(value) && Array.isArray(value['k']) && value['k'].every(isKeyPart) ? value['k'] : undefined;
  } catch {
    return undefined;
  }
}

/** A forged cursor must not reach the database with text that it cannot read. */
const isKeyPart = (part: unknown): part is string | number =>
  typeof part === 'string' ? !/\0|\p{Surrogate}/u.test(part) : Number.isSafeInteger(part);
