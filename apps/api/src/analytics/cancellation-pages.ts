// Cancellations one by one: in pages for JSON, all of one snapshot for CSV, NDJSON and Parquet.
import type { Database } from '#postgres';
import { cancellationPages, waysToNarrow, type CancellationCursor, type CancellationRow, type ReportRequest } from '#read-models';
import { startOf, type CursorKey, type Page } from '../http/answers/page.js';
import { invalidRequest } from '../http/problems/problems.js';
import { PackedRows } from './packed-rows.js';

export const keyOf = ({ openedAt, cancellationId, accountId }: CancellationRow): CursorKey => [openedAt, cancellationId, accountId];

export function cursorOf(page: Page): CancellationCursor | undefined {
  const start = startOf(page, ['instant', 'string', 'string']);
  return start && { openedAt: start[0], cancellationId: start[1], accountId: start[2] };
}

/** What lies in memory for one answer, at most: about a million rows. */
const packedMost = 64 * 2 ** 20;

/** All of one snapshot, whatever is written while they are sent. Inside of a transaction. Throws `invalid_request` with what to narrow where there are more than lie in memory. */
export async function packedCancellations(database: Database, request: ReportRequest, most = packedMost): Promise<PackedRows<CancellationRow>> {
  const rows = new PackedRows<CancellationRow>();
  for await (const page of cancellationPages(database, request)) {
    await rows.add(page);
    if (rows.bytes > most) throw invalidRequest(waysToNarrow(request), 'The list is longer than one answer may be: ask for less time.');
  }
  return rows;
}
