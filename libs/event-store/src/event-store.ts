// The log: appends to one account's stream, loads it, and is read in order by followers.
import type { AnyEvent, Instant, Metadata, RecordedEvent } from '#kernel';
import { type AccountKey, joinKey, keyIsDestroyed, type PersonalData } from '#personal-data';
import { across, type Database, ofAccount, ofAccounts } from '#postgres';
import { type Append, Appending } from './appending.js';
import { Catalogue, type CataloguedType, WrittenByNewerRelease } from './catalogue.js';
import { lastRecordedAt } from './fragments.js';
import { appendLock } from './migrations.js';
import { type Known, type Newer, type NewerLimits, newerOf } from './newer.js';
import { type Passage, type PassageAsked, scan } from './passages.js';
import { type Behind, type Happened, type HappenedRow, ofAccountsBetween } from './between.js';
import { eventsThen, standings, type StandsInPast } from './pasts.js';
import { Snapshots } from './snapshots.js';
import { choose, columns, type Past, type Wanted } from './wanted.js';

/** A part of one shard of the log. */
export interface Stretch {
  readonly shard?: number;
  /** Positions: not included, and included. */
  readonly after: number;
  readonly until?: number;
  /** Absent: of every type. */
  readonly types?: readonly string[] | null;
  readonly limit: number;
}

const positionMost = Number.MAX_SAFE_INTEGER;

/** `Event`: what the catalogue declares. */
export class EventStore<Event extends AnyEvent = AnyEvent> {
  readonly snapshots: Snapshots;
  private readonly catalogue: Catalogue;
  private readonly appending: Appending;
  private metNewer: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    catalogue: readonly CataloguedType<Event>[],
  ) {
    this.catalogue = new Catalogue(catalogue);
    this.appending = new Appending(database, personalData, this.catalogue);
    this.snapshots = new Snapshots(database);
  }

  /** Independent sequences of positions. */
  get shards(): number {
    return this.database.shards;
  }

  /**
   * What has happened to accounts beyond what is known of them, for whoever folds it, as much of it as the limits say; one statement, whatever their number. `fold`: whose snapshots
   * are taken for what is not known. An account of which a newer release has written is answered as {@link WrittenByNewerRelease}.
   */
  async newer(known: readonly Known[], fold: string | null, limits: NewerLimits): Promise<(Newer<Event> | WrittenByNewerRelease)[]> {
    return (await newerOf(this.database, known, fold, limits)).map((one) => {
      if (one.events.length === 0) return one as Newer<Event>;
      try {
        const events = one.events.map((event) => ({ ...event, data: this.upcast(event.type, event.schemaVersion, event.data as Readonly<Record<string, unknown>>) }));
        // The catalogue has brought them to a shape that it declares.
        return { ...one, events: events as Newer['events'] as Newer<Event>['events'] };
      } catch (error) {
        if (error instanceof WrittenByNewerRelease) return error;
        throw error;
      }
    });
  }

  /** The last that this process could not read because a newer release wrote it; `null`: nothing yet. */
  get newerRelease(): string | null {
    return this.metNewer;
  }

  /** Of the account's events those that are wanted, in one statement; all of them in their order unless told. Throws {@link WrittenByNewerRelease}. */
  async load(accountId: string, wanted: Wanted = {}): Promise<RecordedEvent<Event>[]> {
    const { chosen, order, parameters } = choose(accountId, wanted);
    return this.recorded(await this.database.query<Row>(`SELECT ${columns}, k.wrapped FROM (${chosen}) e ${joinKey('e')} ORDER BY ${order}`, parameters));
  }

  /** Of each account and type the last `most`, each account's in their order; one statement, whatever their number. Throws {@link WrittenByNewerRelease}. */
  async newest(accountIds: readonly string[], types: readonly string[], most: number): Promise<RecordedEvent<Event>[]> {
    if (accountIds.length === 0) return [];
    const newest = `SELECT ${columns} FROM sunset.events e WHERE ${ofAccount('account.id', 'e')} AND e.type = wanted.type ORDER BY e.version DESC LIMIT $3`;
    return this.recorded(await this.database.query<Row>(
      `SELECT ${columns}, k.wrapped FROM unnest($1::text[]) AS account (id) CROSS JOIN unnest($2::text[]) AS wanted (type) CROSS JOIN LATERAL (${newest}) e ${joinKey('e')} ORDER BY e.account_id, e.version`,
      [accountIds, types, most],
    ));
  }

  /** The next accounts of which something has happened, in the order of their ids; looks at one event of each. */
  async accountsAfter(accountId: string, limit: number): Promise<readonly string[]> {
    const next = (before: string): string => `SELECT e.account_id FROM sunset.events e WHERE e.account_id > ${before} ORDER BY e.account_id LIMIT 1`;
    const rows = await this.database.query<{ account_id: string }>(
      `${across('every account')}WITH RECURSIVE account AS (
         (SELECT found.account_id, 1 AS n FROM (${next('$1')}) found)
         UNION ALL
         SELECT found.account_id, account.n + 1 FROM account CROSS JOIN LATERAL (${next('account.account_id')}) found WHERE account.n < $2
       ) SELECT account_id FROM account ORDER BY n`,
      [accountId, limit],
    );
    return rows.map(({ account_id: id }) => id);
  }

  /**
   * At most `limit` events of whole stretches of accounts, account by account, behind one event and up to the account `until`; nothing personal is in them. Throws {@link WrittenByNewerRelease}.
   */
  async ofAccountsBetween(after: Behind, until: string, limit: number): Promise<readonly Happened<Event>[]> {
    const rows = await this.database.query<HappenedRow>(ofAccountsBetween, [after.accountId, after.version, until, limit]);
    const events = rows.map(({ account_id: accountId, version, type, effective_at: effectiveAt, schema_version: schemaVersion, data }) => ({ accountId, version, event: { type, effectiveAt, data: this.upcast(type, schemaVersion, data) } }));
    // The catalogue has brought them to a shape that it declares.
    return events as readonly Happened<AnyEvent>[] as readonly Happened<Event>[];
  }

  /** As {@link appendAll}, for one account and one cause. */
  async append(accountId: string, expectedVersion: number, events: readonly Event[], metadata: Metadata): Promise<RecordedEvent<Event>[]> {
    return this.appendAll([{ accountId, expectedVersion, events: events.map((event) => ({ event, metadata })) }]);
  }

  /**
   * Appends all events or none, each account's as versions `expectedVersion + 1` and on, and answers them in the order given. The accounts are
   * different ones, of one shard. Call it last in a transaction: until the commit every other append to the shard waits. Throws
   * `VersionConflict`, `ShardHeld`; `UnknownEvent` for a type that is not in the catalogue.
   */
  async appendAll(appends: readonly Append<Event>[]): Promise<RecordedEvent<Event>[]> {
    return this.appending.append(appends);
  }

  /**
   * At most `limit` events of one shard after a position, in order; of `types` alone and no further than `until`, where they are given. What was read
   * once never gets a predecessor. Throws {@link WrittenByNewerRelease}.
   */
  async read({ shard = 0, after, until = positionMost, types = null, limit }: Stretch): Promise<RecordedEvent<Event>[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${columns}, k.wrapped FROM sunset.events e ${joinKey('e')}
       WHERE e.shard = $1 AND e.position > $2 AND e.position <= $4 AND ($5::text[] IS NULL OR e.type = ANY ($5)) ORDER BY e.position LIMIT $3`,
      [shard, after, limit, until, types],
    );
    return this.recorded(rows);
  }

  /** How these accounts stand in a past; `positions`: of each shard, up to where whoever asks knows the log. */
  async standings(accountIds: readonly string[], { asOf, knownAt }: Past, positions: readonly number[]): Promise<readonly StandsInPast[]> {
    return this.database.query<StandsInPast>(standings, [accountIds, asOf, knownAt, positions]);
  }

  /** What had happened to these accounts in a past, account by account, behind one event and `limit` at most; nothing personal is in it. Throws {@link WrittenByNewerRelease}. */
  async eventsThen(accountIds: readonly string[], { asOf, knownAt }: Past, after: { readonly accountId: string; readonly version: number }, limit: number): Promise<RecordedEvent<Event>[]> {
    return this.recorded(await this.database.query<Row>(eventsThen, [accountIds, asOf, knownAt, after.accountId, after.version, limit]));
  }

  /** Those of these events that there are, in no order. Throws {@link WrittenByNewerRelease}. */
  async byIds(eventIds: readonly string[]): Promise<RecordedEvent<Event>[]> {
    if (eventIds.length === 0) return [];
    return this.recorded(await this.database.query<Row>(`${across('events by their ids')}SELECT ${columns}, k.wrapped FROM sunset.events e ${joinKey('e')} WHERE e.event_id = ANY ($1::uuid[])`, [eventIds]));
  }

  /** The next of all shards behind a place: see {@link Passage}. Throws `UnknownPlace` and {@link WrittenByNewerRelease}. */
  async passage(asked: PassageAsked): Promise<Passage<Event>> {
    const { found, ...rest } = await scan(this.database, this.shards, asked, this.shards === 1 ? null : await this.completeUntil());
    const events = new Map((await this.byIds(found.map(({ eventId }) => eventId))).map((event) => [event.eventId, event]));
    return { ...rest, entries: found.map(({ eventId, place }) => ({ event: events.get(eventId)!, place })) };
  }

  /** The last position of a shard that was recorded before an instant; 0 when there is none. Looks at as many events as the log's length has binary digits. */
  async positionBefore(shard: number, at: Instant): Promise<number> {
    let [before, behind] = [0, (await this.head(shard)) + 1];
    while (behind - before > 1) {
      const middle = Math.floor((before + behind) / 2);
      const [row] = await this.database.query<{ earlier: boolean }>(
        'SELECT e.recorded_at < $3 AS earlier FROM sunset.events e WHERE e.shard = $1 AND e.position = $2',
        [shard, middle, at],
      );
      if (row!.earlier) before = middle;
      else behind = middle;
    }
    return before;
  }

  /** The last position of a shard; 0 when it is empty. */
  async head(shard = 0): Promise<number> {
    const [row] = await this.database.query<{ head: number }>(
      'SELECT coalesce(max(position), 0) AS head FROM sunset.events WHERE shard = $1',
      [shard],
    );
    return row!.head;
  }

  /**
   * An instant of the database's clock: whatever was recorded before it is committed, and found by statements from now on. Somebody who appends at
   * this moment puts it back to the beginning of that transaction, or, where that may not be seen, to the last event before. Nobody waits.
   */
  async completeUntil(): Promise<Instant> {
    const [row] = await this.database.query<{ until: Instant }>(
      `SELECT date_trunc('milliseconds', least(statement_timestamp(), min(coalesce(
         a.xact_start,
         ${lastRecordedAt('l.objid::bigint')},
         'epoch'
       )))) AS until
       FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.classid = ${appendLock} AND l.objsubid = 2 AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return row!.until;
  }

  /** Empties the sealed fields of events whose key is destroyed. For the purge alone; answers how many events changed. */
  async eraseSealed(accountId: string): Promise<number> {
    return this.database.transaction(async () => {
      await this.database.query("SELECT set_config('sunset.purging_account', $1, true)", [accountId]);
      const { affected } = await this.database.execute(
        `UPDATE sunset.events e SET personal = NULL WHERE ${ofAccount('$1', 'e')} AND e.personal IS NOT NULL AND ${keyIsDestroyed('e')}`,
        [accountId],
      );
      await this.database.query("SELECT set_config('sunset.purging_account', '', true)");
      return affected;
    });
  }

  /** Of these accounts those to which something has happened. */
  async known(accountIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (accountIds.length === 0) return new Set();
    const rows = await this.database.query<{ accountId: string }>(`SELECT account_id AS "accountId" FROM sunset.events WHERE ${ofAccounts('$1')} AND version = 1`, [accountIds]);
    return new Set(rows.map(({ accountId }) => accountId));
  }

  /** Whose event it is, and which; `null`: there is none of that id. */
  async find(eventId: string): Promise<{ readonly accountId: string; readonly version: number } | null> {
    const [found] = await this.database.query<{ accountId: string; version: number }>(`${across('events by their ids')}SELECT account_id AS "accountId", version FROM sunset.events WHERE event_id = $1`, [eventId]);
    return found ?? null;
  }

  /** Empties the sealed fields of one event that a later one of the account names as `redacts`; the database refuses any other. */
  async redact(accountId: string, eventId: string): Promise<void> {
    await this.database.execute(`UPDATE sunset.events SET personal = NULL WHERE ${ofAccount('$1')} AND event_id = $2`, [accountId, eventId]);
  }

  /** How many events of the account hold sealed fields. */
  async sealedEvents(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*) AS count FROM sunset.events WHERE ${ofAccount('$1')} AND personal IS NOT NULL`, [accountId]);
    return row!.count;
  }

  /** Whether the catalogue declares this event type. */
  declares(type: string): boolean {
    return this.catalogue.has(type);
  }

  shardOf(accountId: string): number {
    return this.database.shardOf(accountId);
  }

  private upcast(type: string, schemaVersion: number, data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    try {
      return this.catalogue.upcast(type, schemaVersion, data);
    } catch (error) {
      if (error instanceof WrittenByNewerRelease) this.metNewer = `${type} version ${schemaVersion}`;
      throw error;
    }
  }

  /** Unwraps each data key once; none outlives the call. */
  private recorded(rows: readonly Row[]): RecordedEvent<Event>[] {
    const keys = new Map<string, AccountKey | null>();
    const keyOf = ({ key_id: keyId, account_id: accountId, wrapped }: Row): AccountKey | null => {
      if (keyId === null) return null;
      const known = keys.get(keyId);
      if (known !== undefined) return known;
      const key = this.personalData.open({ keyId, accountId, wrapped });
      keys.set(keyId, key);
      return key;
    };
    // The catalogue has brought it to a shape that it declares.
    return rows.map((row): RecordedEvent<AnyEvent> => ({
      type: row.type,
      effectiveAt: row.effective_at,
      data: this.upcast(row.type, row.schema_version, {
        ...row.data,
        ...this.personalData.unseal(row.personal && keyOf(row), row.personal, row.event_id),
      }),
      eventId: row.event_id,
      accountId: row.account_id,
      version: row.version,
      schemaVersion: row.schema_version,
      position: row.position,
      recordedAt: row.recorded_at,
      metadata: row.metadata,
    })) as RecordedEvent<Event>[];
  }
}

interface Row {
  readonly event_id: string;
  readonly account_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly position: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly personal: Buffer | null;
  readonly key_id: string | null;
  readonly wrapped: Buffer | null;
  readonly metadata: Metadata;
  readonly effective_at: Instant;
  readonly recorded_at: Instant;
}
