// The log of all shards as one sequence, for readers outside of this service who keep their place themselves.
import type { AnyEvent, Instant, RecordedEvent } from '#kernel';
import { across, type Database, ofAccount } from '#postgres';

/**
 * A place in the log: of each shard the id of the last event before it, `null` where there is none yet. It names events and no numbers, so that it leads
 * nowhere in another log, nor in one that was restored from before it was told.
 */
export type PlaceInLog = readonly (string | null)[];

/** The log does not hold the events that the place names. */
export class UnknownPlace extends Error {
  override name = 'UnknownPlace';
}

/** Which events; all of them unless told. */
export interface WantedOfAll {
  readonly accountId?: string | undefined;
  readonly type?: string | undefined;
}

export interface PassageAsked extends WantedOfAll {
  /** `null`: from the beginning. */
  readonly after: PlaceInLog | null;
  readonly limit: number;
}

export interface Passage<Event extends AnyEvent = AnyEvent> {
  /** Each with the place behind it. */
  readonly entries: readonly { readonly event: RecordedEvent<Event>; readonly place: PlaceInLog }[];
  /** How far the log was looked through, wanted or not; `null`: it is empty. */
  readonly reached: PlaceInLog | null;
  /** Whether there is more of the log already. */
  readonly more: boolean;
}

/** A passage, not yet with what happened. */
export interface Scan {
  readonly found: readonly { readonly eventId: string; readonly place: PlaceInLog }[];
  readonly reached: PlaceInLog | null;
  readonly more: boolean;
}

/** What is looked through at once where not everything is wanted. */
const lookedThroughMost = 10_000;

interface Row {
  readonly n: number;
  readonly event_id: string;
  readonly wanted: boolean;
  readonly place: PlaceInLog;
}

/**
 * At most `limit` events behind a place, in the order in which they were recorded: within a shard that of the positions. `completeUntil`: nothing is
 * recorded before it any more, in whichever shard; `null`, where there is one shard, whose positions say so by themselves. Throws {@link UnknownPlace}.
 */
export async function scan(database: Database, shards: number, { after, limit, accountId, type }: PassageAsked, completeUntil: Instant | null): Promise<Scan> {
  const positions = await positionsOf(database, after ?? Array<null>(shards).fill(null), shards);
  const all = accountId === undefined && type === undefined;
  const most = all ? limit + 1 : lookedThroughMost;
  const passed = Array.from({ length: shards }, (_, shard) => `($1::bigint[])[${shard + 1}] + count(*) FILTER (WHERE shard = ${shard}) OVER (ORDER BY n)`);
  const rows = await database.query<Row>(
    `${across('the log in its order')}WITH looked_through AS (
       SELECT e.*, row_number() OVER (ORDER BY e.known_at, e.shard, e.position) AS n
       FROM unnest($1::bigint[]) WITH ORDINALITY AS s (after, n)
       CROSS JOIN LATERAL (
         SELECT l.shard, l.position, l.event_id, l.account_id, l.type, max(l.recorded_at) OVER (ORDER BY l.position) AS known_at
         FROM (SELECT * FROM sunset.events e WHERE e.shard = s.n - 1 AND e.position > s.after ORDER BY e.position LIMIT $2) l
       ) e
       WHERE e.known_at < $3::timestamptz OR $3 IS NULL
       ORDER BY n LIMIT $2
     ), placed AS (
       SELECT n, event_id, ($4::text IS NULL OR ${ofAccount('$4')}) AND ($5::text IS NULL OR type = $5) AS wanted, ARRAY[${passed.join(', ')}] AS passed FROM looked_through
     )
     SELECT n, event_id, wanted, ARRAY(
       SELECT (SELECT e.event_id FROM sunset.events e WHERE e.shard = p.n - 1 AND e.position = p.position) FROM unnest(passed) WITH ORDINALITY AS p (position, n) ORDER BY p.n
     ) AS place
     FROM placed WHERE wanted OR n = (SELECT max(n) FROM placed) ORDER BY n LIMIT $6`,
    [positions, most, completeUntil, accountId ?? null, type ?? null, limit + 1],
  );
  const wanted = rows.filter((row) => row.wanted);
  const found = wanted.slice(0, limit).map(({ event_id: eventId, place }) => ({ eventId, place }));
  const surplus = wanted.length > limit;
  const last = rows.at(-1);
  return { found, reached: (surplus ? found.at(-1)!.place : last?.place) ?? after, more: surplus || last?.n === most };
}

/** Where the events stand that a place names; 0: nowhere yet. */
async function positionsOf(database: Database, place: PlaceInLog, shards: number): Promise<readonly number[]> {
  const named = place.filter((eventId) => eventId !== null);
  const rows = named.length === 0 ? [] : await database.query<{ event_id: string; shard: number; position: number }>(
    `${across('events by their ids')}SELECT event_id, shard, position FROM sunset.events WHERE event_id = ANY($1::uuid[])`,
    [named],
  );
  const found = new Map(rows.map(({ event_id: eventId, shard, position }) => [`${shard} ${eventId}`, position]));
  const positions = place.map((eventId, shard) => (eventId === null ? 0 : found.get(`${shard} ${eventId}`)));
  if (place.length !== shards || !positions.every((position) => position !== undefined)) throw new UnknownPlace('the log does not know this place');
  return positions;
}
