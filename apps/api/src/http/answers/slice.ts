// Pages of a list that is in memory as a whole, as everything folded from a stream is.
import type { Instant } from '#kernel';
import { startOf, toList, type List, type Page } from './page.js';

/** Of a list that only ever grows at its end. */
export function sliceOf<T>(page: Page, all: readonly T[]): List<T> {
  const start = Math.max(0, startOf(page, ['number'])?.[0] ?? 0);
  const rows = all.slice(start, start + page.limit + 1).map((row, index) => ({ row, end: start + index + 1 }));
  return toList(page, rows, ({ end }) => [end], ({ row }) => row);
}

/**
 * Of a list in order of time whose entries come and go: a page begins after the instant and the place at that instant where the one
 * before ended.
 */
export function sliceByTime<T extends { readonly at: Instant }>(page: Page, all: readonly T[]): List<T> {
  const start = startOf(page, ['string', 'number']);
  const places = new Map<Instant, number>();
  const placed = all.map((row) => {
    const place = (places.get(row.at) ?? 0) + 1;
    places.set(row.at, place);
    return { row, place };
  });
  const rest = start === undefined ? placed : placed.filter(({ row, place }) => row.at > start[0] || (row.at === start[0] && place > start[1]));
  return toList(page, rest.slice(0, page.limit + 1), ({ row, place }) => [row.at, place], ({ row }) => row);
}
