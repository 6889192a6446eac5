// Pages of a list that is in memory as a whole.
import { startOf, toList, type List, type Page } from './page.js';

/** Of a list that only ever grows at its end. */
export function sliceOf<T>(page: Page, all: readonly T[]): List<T> {
  const start = Math.max(0, startOf(page, ['number'])?.[0] ?? 0);
  const rows = all.slice(start, start + page.limit + 1).map((row, index) => ({ row, end: start + index + 1 }));
  return toList(page, rows, ({ end }) => [end], ({ row }) => row);
}
