// Cancellations one by one, in the order in which they began.
import type { Instant } from '#kernel';
import { across, type Database } from '#postgres';
import { boolean, booleanOrNull, instantColumn, instantOrNull, selectList, text, textOrNull, whole, wholeOrNull, type Cell } from './columns.js';
import { ofAccounts, type ReportRequest } from './request.js';
import { Parameters, type Statement } from './statement.js';

export const cancellationColumns = [
  text('cancellationId', 'cancellation_id', 'The id of the attempt it began with, else of the event that requested it.'),
  text('accountId', 'account_id', 'The account.'),
  textOrNull('testClockId', 'test_clock_id', 'The test clock that the account lives by; null: real time.'),
  text('subscriptionId', 'subscription_id', 'The term it is about.'),
  text('planId', 'plan_id', 'The plan of the term when it was asked for.'),
  text('planKind', 'plan_kind', 'messaging or calling.'),
  text('outcome', 'outcome', 'attempted, abandoned, pending, resumed, ended or returned.'),
  textOrNull('reason', 'reason', 'Code of the published list; null where none had to be given.'),
  instantColumn('openedAt', 'opened_at', 'When it began.'),
  textOrNull('attemptId', 'attempt_id', 'Null: asked for in one call.'),
  instantOrNull('attemptedAt', 'attempted_at', 'When the consequences were acknowledged.'),
  instantOrNull('requestedAt', 'requested_at', 'When it was confirmed.'),
  instantOrNull('effectiveAt', 'effective_at', 'The end of the paid period, as promised.'),
  instantOrNull('resumedAt', 'resumed_at', 'When it was taken back.'),
  instantOrNull('endedAt', 'ended_at', 'When it took effect.'),
  booleanOrNull('lastPlan', 'last_plan', 'Whether no other plan was open then.'),
  instantOrNull('returnedAt', 'returned_at', 'When the customer came back.'),
  wholeOrNull('daysToReturn', 'days_to_return', 'Whole days of 24 hours from endedAt to returnedAt.'),
  instantOrNull('purgedAt', 'purged_at', 'When the data of the account was deleted.'),
  text('channel', 'channel', 'Through which door the last step was taken.'),
  text('actorRole', 'actor_role', 'Who took it.'),
  boolean('imported', 'imported', 'Whether it was asked for in the system that the account was taken over from.'),
  boolean('trial', 'trial', 'Whether the term was in its trial when it was asked for.'),
  whole('mrr', 'mrr', 'What the plan brings a month, in minor units: a yearly price counts a twelfth, a trial nothing.'),
  text('currency', 'currency', 'ISO 4217 code.'),
  textOrNull('lost', 'lost', 'What the account had lost when it came back after its last plan had ended, separated by commas; empty: nothing.'),
  wholeOrNull('numbersAtEnd', 'numbers_at_end', 'Phone numbers that stood in the account when it took effect.'),
  textOrNull('tenDlcAtEnd', 'ten_dlc_at_end', 'Its 10DLC registration then: none, pending, active or expired.'),
  wholeOrNull('walletAtEnd', 'wallet_at_end', 'Its wallet then, in minor units.'),
] as const;

export interface CancellationCursor {
  readonly openedAt: Instant;
  readonly accountId: string;
  readonly cancellationId: string;
}

export type CancellationRow = Readonly<Record<string, Cell>> & CancellationCursor;

type Span = Pick<ReportRequest, 'from' | 'to' | 'onTestClock'>;

interface Place {
  readonly after?: CancellationCursor | undefined;
  readonly limit?: number;
}

/** Those that began in `[from, to)`; at most `limit` where there is one. */
export function cancellationList({ from, to, onTestClock }: Span, { after, limit }: Place = {}): Statement {
  const parameters = new Parameters();
  const conditions = ['true', ...ofAccounts({ onTestClock })];
  if (from !== undefined) conditions.push(`opened_at >= ${parameters.add(from)}::timestamptz`);
  if (to !== undefined) conditions.push(`opened_at < ${parameters.add(to)}::timestamptz`);
  if (after) {
    const places = [after.openedAt, after.cancellationId, after.accountId].map((value) => parameters.add(value));
    conditions.push(`(opened_at, cancellation_id, account_id) > (${places[0] ?? ''}::timestamptz, ${places[1] ?? ''}, ${places[2] ?? ''})`);
  }
  const text = `SELECT ${selectList(cancellationColumns)} FROM analytics.cancellations
     WHERE ${conditions.join(' AND ')} ORDER BY opened_at, cancellation_id, account_id${limit === undefined ? '' : ` LIMIT ${parameters.add(limit)}`}`;
  return { text, values: parameters.values };
}

export async function cancellationRows(database: Database, request: Span, place: Place): Promise<CancellationRow[]> {
  const { text, values } = cancellationList(request, place);
  return database.query<CancellationRow>(`${across('reports')}${text}`, values);
}

const rowsOfPage = 1_000;

/** All of them, of one snapshot and in pages. Inside of a transaction. */
export async function* cancellationPages(database: Database, request: Span): AsyncGenerator<readonly CancellationRow[], void, void> {
  const { text, values } = cancellationList(request);
  await database.query(`${across('reports')}DECLARE cancellation_rows NO SCROLL CURSOR FOR ${text}`, values);
  for (;;) {
    const rows = await database.query<CancellationRow>(`FETCH ${rowsOfPage} FROM cancellation_rows`);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsOfPage) break;
  }
  await database.query('CLOSE cancellation_rows');
}
