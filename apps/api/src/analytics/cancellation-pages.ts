// Cancellations one by one: in pages for JSON, all of them for CSV and NDJSON, read as they are sent.
import type { Database } from '#postgres';
import { cancellationRows, type CancellationCursor, type CancellationRow, type ReportRequest } from '#read-models';
import { startOf, type CursorKey, type Page } from '../http/answers/page.js';

export const keyOf = ({ openedAt, cancellationId, accountId }: CancellationRow): CursorKey => [openedAt, cancellationId, accountId];

export function cursorOf(page: Page): CancellationCursor | undefined {
  const start = startOf(page, ['instant', 'string', 'string']);
  return start && { openedAt: start[0], cancellationId: start[1], accountId: start[2] };
}

const batch = 1000;

/** The page after `before`, which is `undefined` for the first one; `null`: there is none. */
export async function nextPage(database: Database, request: ReportRequest, before: readonly CancellationRow[] | undefined): Promise<readonly CancellationRow[] | null> {
  if (before && before.length < batch) return null;
  return cancellationRows(database, request, { after: before?.at(-1), limit: batch });
}
