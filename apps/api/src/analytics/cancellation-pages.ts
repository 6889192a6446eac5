// Cancellations one by one: in pages for JSON, all of them for CSV and NDJSON, read as they are sent.
import type { Instant } from '#kernel';
import type { Database } from '#postgres';
import { cancellationRows, type CancellationCursor, type CancellationRow, type ReportRequest } from '#read-models';
import { isInstantText } from '../http/formats.js';
import { startOf, type CursorKey, type Page } from '../http/page.js';
import { invalidField } from '../http/problems.js';

export const keyOf = ({ openedAt, cancellationId, accountId }: CancellationRow): CursorKey => [openedAt, cancellationId, accountId];

export function cursorOf(page: Page): CancellationCursor | undefined {
  const start = startOf(page, ['string', 'string', 'string']);
  if (!start) return undefined;
  const [openedAt, cancellationId, accountId] = start as [string, string, string];
  if (!isInstantText(openedAt)) throw invalidField('/query/after', 'must be the cursor of the page before');
  return { openedAt: openedAt as Instant, cancellationId, accountId };
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
