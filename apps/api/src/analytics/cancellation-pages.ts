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

export async function* everyCancellation(database: Database, request: ReportRequest): AsyncGenerator<CancellationRow> {
  let after: CancellationCursor | undefined;
  let rows: CancellationRow[];
  do {
    rows = await cancellationRows(database, request, { after, limit: batch });
    yield* rows;
    after = rows.at(-1);
  } while (rows.length === batch);
}
