// Pages of a list that is in memory as a whole and only ever grows at its end, as everything folded from a stream is.
import { startOf, toList, type List, type Page } from './page.js';

export function sliceOf<T>(page: Page, all: readonly T[]): List<T> {
  const [start] = startOf(page, ['number']) ?? [0];
  const rows = all.slice(Number(start), Number(start) + page.limit + 1).map((row, index) => ({ row, end: Number(start) + index + 1 }));
  return toList(page, rows, ({ end }) => [end], ({ row }) => row);
}
