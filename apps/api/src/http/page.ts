// Lists: `limit` and `after` in, `{ data, next }` out. A cursor is opaque text that only the list that made it can read.
import type { Instant } from '#kernel';
import { Text, Whole } from './fields.js';
import { isInstantText, isUuid } from './formats.js';
import { isRecord } from './input.js';
import { invalidField } from './problems.js';

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

/** The key that the page begins after, as {@link toList} made it; `undefined` on the first page. `shape` names the type of each part. */
export function startOf(page: Page, shape: readonly ('string' | 'number')[]): CursorKey | undefined {
  if (page.after === undefined) return undefined;
  const key = decode(page.after);
  if (!key || key.length !== shape.length || !key.every((part, index) => typeof part === shape[index])) throw notOfThisList();
  return key;
}

/** As {@link startOf}, of a list in the order of an instant and, among equals, of an id: a UUID unless told. */
export function startInTime(page: Page, isId: (text: string) => boolean = isUuid): { readonly at: Instant; readonly id: string } | undefined {
  const start = startOf(page, ['string', 'string']);
  if (!start) return undefined;
  const [at, id] = start as [string, string];
  if (!isInstantText(at) || !isId(id)) throw notOfThisList();
  return { at: at as Instant, id };
}

const notOfThisList = () => invalidField('/query/after', 'must be the cursor of the page before');

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
