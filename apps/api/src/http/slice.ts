// Pages of a list that is in memory as a whole and only ever grows at its end, as everything folded from a stream is.
import { startOf, toList, type List, type Page } from './page.js';

export function sliceOf<T>(page: Page, all: readonly T[]): List<T> {
  const start = Math.max(0, Number(startOf(page, ['number'])?.[0] ?? 0));
  const rows = all.slice(start, start + page.limit + 1).map((row, index) => ({ row, end: start + index + 1 }));
  return toList(page, rows, ({ end }) => [end], ({ row }) => row);
}
