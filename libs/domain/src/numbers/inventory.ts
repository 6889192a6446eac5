// The numbers of an account, in the order in which they came: in pages, so that a change copies a page and never the list, and counted, so that nobody walks through them to count.
import { grouped } from '#kernel';
import type { NumberId, NumberOrigin } from './events.js';

export type NumberStatus = 'active' | 'releasing' | 'released' | 'blocked' | 'removed' | 'left' | 'ported-out';

/** `void`: it is in use again, and nobody gives it back. */
export type GiveBack = 'waiting' | 'blocked' | 'done' | 'void';

export interface PhoneNumber {
  readonly numberId: NumberId;
  readonly e164Hash: string;
  readonly origin: NumberOrigin;
  readonly status: NumberStatus;
  /** What has become of a purchased number that was removed, at the carrier (A19); `null` for every other. */
  readonly giveBack: GiveBack | null;
}

type Page = readonly PhoneNumber[];

type Counts = Readonly<Partial<Record<NumberOrigin, Readonly<Partial<Record<NumberStatus, number>>>>>>;

/** What JSON can hold, as a snapshot does. */
export interface Inventory {
  /** All but the last are full. */
  readonly pages: readonly Page[];
  readonly counts: Counts;
}

export const noInventory: Inventory = { pages: [], counts: {} };

/** A change copies so many at most, and the list of pages. */
const pageSize = 1_024;

const counted = (counts: Counts, { origin, status }: PhoneNumber, by: 1 | -1): Counts => ({
  ...counts,
  [origin]: { ...counts[origin], [status]: (counts[origin]?.[status] ?? 0) + by },
});

export function added({ pages, counts }: Inventory, number: PhoneNumber): Inventory {
  const last = pages.at(-1);
  const hasRoom = last !== undefined && last.length < pageSize;
  return { pages: hasRoom ? pages.with(-1, [...last, number]) : [...pages, [number]], counts: counted(counts, number, 1) };
}

/** What is not there is not changed. */
export function changed({ pages, counts }: Inventory, ids: readonly NumberId[], change: (number: PhoneNumber) => Partial<PhoneNumber>): Inventory {
  const wanted = new Set(ids);
  let countedSince = counts;
  const changedOne = (before: PhoneNumber): PhoneNumber => {
    const after = { ...before, ...change(before) };
    countedSince = counted(counted(countedSince, before, -1), after, 1);
    return after;
  };
  const pagesSince = pages.map((page) => (holdsAny(page, wanted) ? page.map((one) => (wanted.has(one.numberId) ? changedOne(one) : one)) : page));
  return { pages: pagesSince, counts: countedSince };
}

const holdsAny = (page: Page, wanted: ReadonlySet<NumberId>): boolean =>
  wanted.size < page.length ? [...wanted].some((id) => byId(page, id)) : page.some(({ numberId }) => wanted.has(numberId));

/** In the order in which they came. */
export const allNumbers = ({ pages }: Inventory): readonly PhoneNumber[] => pages.flat();

/** At most so many, from the place `start` on; the first is at 0. */
export function numbersFrom({ pages }: Inventory, start: number, most: number): readonly PhoneNumber[] {
  const first = Math.floor(start / pageSize);
  const last = Math.ceil((start + most) / pageSize);
  return pages.slice(first, last).flat().slice(start - first * pageSize, start - first * pageSize + most);
}

export const numberIdsOf = (inventory: Inventory, ...statuses: readonly NumberStatus[]): readonly NumberId[] =>
  allNumbers(inventory).flatMap(({ numberId, status }) => (statuses.includes(status) ? [numberId] : []));

export function countNumbers({ counts }: Inventory, statuses: readonly NumberStatus[], origins: readonly NumberOrigin[] = ['purchased', 'ported', 'verified']): number {
  let count = 0;
  for (const origin of origins) for (const status of statuses) count += counts[origin]?.[status] ?? 0;
  return count;
}

export function numberById({ pages }: Inventory, id: NumberId): PhoneNumber | undefined {
  for (const page of pages) {
    const number = byId(page, id);
    if (number) return number;
  }
  return undefined;
}

/** Every time that it was had, the last one last. */
export const numbersByHash = ({ pages }: Inventory, e164Hash: string): readonly PhoneNumber[] => pages.flatMap((page) => byHash(page, e164Hash));

// A page that is not full is another one with the next number: to look through it takes less than an index that is asked once.
const byId = (page: Page, id: NumberId): PhoneNumber | undefined => (page.length < pageSize ? page.find(({ numberId }) => numberId === id) : indexOf(page).byId.get(id));

const byHash = (page: Page, hash: string): Page => (page.length < pageSize ? page.filter(({ e164Hash }) => e164Hash === hash) : (indexOf(page).byHash.get(hash) ?? []));

interface Index {
  readonly byId: ReadonlyMap<NumberId, PhoneNumber>;
  readonly byHash: ReadonlyMap<string, Page>;
}

/** Of full pages in which something was looked up; pages never change, so an index holds for as long as its page is there. */
const indexes = new WeakMap<Page, Index>();

function indexOf(page: Page): Index {
  const known = indexes.get(page);
  if (known) return known;
  const index: Index = { byId: new Map(page.map((number) => [number.numberId, number])), byHash: grouped(page, ({ e164Hash }) => e164Hash) };
  indexes.set(page, index);
  return index;
}
