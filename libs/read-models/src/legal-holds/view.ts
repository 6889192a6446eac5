// The legal holds of an account as operators see them, and how many of all accounts wait for somebody to look at them again.
import { testClocks } from '#deadlines';
import type { MembershipEvent } from '#domain';
import { eventsOfType, type Instant, type RecordedEvent } from '#kernel';
import { across, Conditions, type Database } from '#postgres';
import { ofThisLife } from '../this-life.js';

export interface LegalHoldView {
  readonly holdId: string;
  /** `null` once it was redacted. */
  readonly reason: string | null;
  readonly placedAt: Instant;
  readonly reviewAt: Instant;
  readonly liftedAt: Instant | null;
}

/** The events that tell of them, and where the present life began. */
export const legalHoldTypes = ['LegalHoldPlaced', 'LegalHoldLifted', 'DataPurged'] as const satisfies readonly MembershipEvent['type'][];

/** Those of the present life, oldest first; what was lifted stays on the list. */
export function legalHoldsView(events: readonly RecordedEvent<MembershipEvent>[]): readonly LegalHoldView[] {
  const life = ofThisLife(events);
  const lifted = eventsOfType(life, 'LegalHoldLifted');
  return eventsOfType(life, 'LegalHoldPlaced').map(({ data: { holdId, reason, reviewAt }, effectiveAt }) => ({
    holdId,
    reason,
    placedAt: effectiveAt,
    reviewAt,
    liftedAt: lifted.find(({ data }) => data.holdId === holdId)?.effectiveAt ?? null,
  }));
}

export interface HoldToReview {
  readonly accountId: string;
  readonly holdId: string;
  readonly reviewAt: Instant;
}

export interface HoldsToReview {
  readonly toReview: number;
  /** The first of them. */
  readonly longestDue: readonly HoldToReview[];
}

const namedMost = 100;

/**
 * Holds that stand though their review was due by their account's time. From the table of memberships, so a moment late; rows of an older
 * table, which is used until it is rebuilt, know no date and are not counted.
 */
export async function holdsToReview(database: Database): Promise<HoldsToReview> {
  const rows = await database.query<HoldToReview & { count: number }>(`${across('what waits in all')}
    SELECT m.account_id AS "accountId", hold ->> 'holdId' AS "holdId", (hold ->> 'reviewAt')::timestamptz AS "reviewAt", count(*) OVER () AS count
    FROM sunset.memberships m LEFT JOIN ${testClocks} c USING (test_clock_id)
    CROSS JOIN LATERAL jsonb_array_elements(m.state -> 'holds') AS hold
    WHERE m.legal_holds > 0 AND (hold ->> 'reviewAt')::timestamptz <= coalesce(c.now, statement_timestamp())
    ORDER BY 3, 1, 2 LIMIT ${namedMost}`);
  return { toReview: rows[0]?.count ?? 0, longestDue: rows.map(({ accountId, holdId, reviewAt }) => ({ accountId, holdId, reviewAt })) };
}

export interface StandingHold extends HoldToReview {
  readonly isDue: boolean;
}

export interface HoldFilter {
  readonly accountId?: string;
  /** Only those whose review is due. */
  readonly due?: boolean;
}

/** Of all accounts, the one that is to be looked at again first before the others; from the table of memberships, so a moment late. */
export async function standingHolds(
  database: Database, { accountId, due }: HoldFilter, { after, limit }: { readonly after?: { readonly reviewAt: Instant; readonly holdId: string }; readonly limit: number },
): Promise<readonly StandingHold[]> {
  const isDue = `(hold ->> 'reviewAt')::timestamptz <= coalesce(c.now, statement_timestamp())`;
  const asked = new Conditions()
    .add(() => 'm.legal_holds > 0')
    .add((place) => `m.account_id = ${place}`, accountId)
    .add((at, id) => `((hold ->> 'reviewAt')::timestamptz, hold ->> 'holdId') > (${at}::timestamptz, ${id})`, after?.reviewAt, after?.holdId);
  if (due !== undefined) asked.add(() => (due ? isDue : `NOT (${isDue})`));
  return database.query<StandingHold>(
    `SELECT m.account_id AS "accountId", hold ->> 'holdId' AS "holdId", (hold ->> 'reviewAt')::timestamptz AS "reviewAt", ${isDue} AS "isDue"
     FROM sunset.memberships m LEFT JOIN ${testClocks} c USING (test_clock_id) CROSS JOIN LATERAL jsonb_array_elements(m.state -> 'holds') AS hold
     ${asked.where} ORDER BY 3, 2 LIMIT ${asked.place(limit)}`,
    asked.values,
  );
}
