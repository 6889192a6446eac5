// What the log holds of accounts beyond what is known of them already: asked of many at once, without anything about a person.
import type { AnyEvent, Instant } from '#kernel';
import { type Database, ofAccount, rowsOf } from '#postgres';
import type { Snapshot } from './snapshots.js';

/** What is known: the event that has this version. `null`: nothing, or nothing that is still believed. */
export interface Known {
  readonly accountId: string;
  readonly at: { readonly version: number; readonly eventId: string } | null;
}

/** Of one statement. */
export interface NewerLimits {
  /** Of each account; the answer says where there are more. */
  readonly eventsMost: number;
  /** Of all snapshots together as they are stored, but for the last of them: whose does not fit is answered nothing yet. */
  readonly snapshotBytesMost: number;
}

export interface Newer<Event extends AnyEvent = AnyEvent> {
  readonly accountId: string;
  /** The database's clock. */
  readonly now: Instant;
  /** `elsewhere`: the log has another event at what was known, or none. `later`: to be asked for again, when others have been answered. */
  readonly from: 'beginning' | 'known' | 'elsewhere' | 'later' | Snapshot;
  /** From there on, in order; personal fields are `null`. Of `elsewhere` and `later`: none. */
  readonly events: readonly (Event & { readonly version: number; readonly eventId: string; readonly schemaVersion: number })[];
  /** Whether there may be others behind them. */
  readonly more: boolean;
}

interface Row {
  readonly n: number;
  readonly now: Instant;
  readonly began: number;
  readonly later: boolean;
  readonly snapshot: string | null;
  readonly state: unknown;
  readonly event_id: string | null;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly effective_at: Instant;
}

/**
 * One statement for all. `fold`: whose snapshots are taken for what is not known; `null`: nobody's. The event at the version that is known comes
 * along without its data: it says whether the log is still the one that was read.
 */
export async function newerOf(database: Database, known: readonly Known[], fold: string | null, { eventsMost, snapshotBytesMost }: NewerLimits): Promise<Newer[]> {
  const rows = await database.query<Row>(
    `SELECT a.n, (SELECT clock_timestamp()) AS now, a.began, a.bytes_before >= $5 AS later, a.event_id AS snapshot, CASE WHEN e.version = a.snapshot_version THEN a.state END AS state,
       e.event_id, e.version, e.type, e.schema_version, CASE WHEN e.version > a.began THEN e.data END AS data, CASE WHEN e.version > a.began THEN e.effective_at END AS effective_at
     FROM (
       SELECT a.n, a.account_id, coalesce(s.version, a.version) AS began, s.version AS snapshot_version, s.event_id, s.state,
         coalesce(sum(pg_column_size(s.state)) OVER (ORDER BY a.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
       FROM ${rowsOf('$1::text[]', '$2::int[]')} WITH ORDINALITY AS a (account_id, version, n)
       LEFT JOIN sunset.snapshots s ON a.version = 0 AND ${ofAccount('a.account_id', 's')} AND s.fold = $3
     ) a
     LEFT JOIN LATERAL (
       SELECT * FROM sunset.events e WHERE a.bytes_before < $5 AND ${ofAccount('a.account_id', 'e')} AND e.version >= a.began ORDER BY e.version LIMIT $4
     ) e ON true
     ORDER BY a.n, e.version`,
    [known.map(({ accountId }) => accountId), known.map(({ at }) => at?.version ?? 0), fold, eventsMost + 1, snapshotBytesMost],
  );
  const perAccount: Row[][] = known.map(() => []);
  for (const row of rows) perAccount[row.n - 1]!.push(row);
  return known.map((one, index) => newer(one, perAccount[index]!, eventsMost));
}

function newer({ accountId, at }: Known, rows: readonly Row[], eventsMost: number): Newer {
  const [first] = rows as [Row];
  const { now, began, later, snapshot, state } = first;
  if (later) return { accountId, now, from: 'later', events: [], more: true };
  const from = began === 0 ? 'beginning' : first.version !== began || first.event_id !== (snapshot ?? at?.eventId) ? 'elsewhere' : snapshot === null ? 'known' : { accountId, version: began, eventId: snapshot, state };
  // Mostly there is nothing but the event that is known.
  if (from === 'known' && rows.length === 1) return { accountId, now, from, events: [], more: false };
  const events = rows
    .filter(({ event_id: id, version }) => from !== 'elsewhere' && id !== null && version > began)
    .map(({ type, effective_at: effectiveAt, data, version, event_id: eventId, schema_version: schemaVersion }) => ({ type, effectiveAt, data, version, eventId: eventId!, schemaVersion }));
  return { accountId, now, from, events, more: from !== 'elsewhere' && rows.length > eventsMost };
}
