// The log: appends to one account's stream, loads it, and is read in order by followers.
import { createHash } from 'node:crypto';
import type { AnyEvent, Instant, Metadata, RecordedEvent } from '#kernel';
import { type AccountKey, joinKey, keyIsDestroyed, type PersonalData } from '#personal-data';
import { Retry, violatedConstraint, type Database } from '#postgres';
import { Catalogue, type CataloguedType, WrittenByNewerRelease } from './catalogue.js';
import { lastRecordedAt } from './fragments.js';
import { appendLock } from './migrations.js';
import { type Known, type Newer, newerOf } from './newer.js';
import { Snapshots } from './snapshots.js';
import { uuidv7 } from './uuid.js';

/** Somebody else appended to the account first. Starting again from the load resolves it. */
export class VersionConflict extends Retry {
  override name = 'VersionConflict';
}

export interface EventStoreSettings {
  /** Independent sequences of positions. An account stays in one of them, so the number must not change once there are events. */
  readonly shards?: number;
}

/** An account as it stood at `now`, the database's clock. */
export interface Stream<Event extends AnyEvent = AnyEvent> {
  readonly events: RecordedEvent<Event>[];
  readonly version: number;
  readonly now: Instant;
}

/** Both included. */
export interface Versions {
  readonly fromVersion?: number;
  readonly toVersion?: number;
}

/** What has happened to one account that stands at `expectedVersion`, each with who did it. */
export interface Append<Event extends AnyEvent = AnyEvent> {
  readonly accountId: string;
  readonly expectedVersion: number;
  readonly events: readonly { readonly event: Event; readonly metadata: Metadata }[];
}

/** `Event`: what the catalogue declares. */
export class EventStore<Event extends AnyEvent = AnyEvent> {
  readonly shards: number;
  readonly snapshots: Snapshots;
  private readonly catalogue: Catalogue;
  private metNewer: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    catalogue: readonly CataloguedType<Event>[],
    { shards = 1 }: EventStoreSettings = {},
  ) {
    if (!Number.isInteger(shards) || shards < 1 || shards > 32_767) throw new RangeError(`not a number of shards: ${shards}`);
    this.shards = shards;
    this.catalogue = new Catalogue(catalogue);
    this.snapshots = new Snapshots(database);
  }

  /**
   * What has happened to accounts beyond what is known of them, for whoever folds it; one statement, whatever their number. `fold`: whose snapshots
   * are taken for what is not known. An account of which a newer release has written is answered as {@link WrittenByNewerRelease}.
   */
  async newer(known: readonly Known[], fold: string | null): Promise<(Newer<Event> | WrittenByNewerRelease)[]> {
    return (await newerOf(this.database, known, fold)).map((one) => {
      try {
        const events = one.events.map((event) => ({ ...event, data: this.upcast(event.type, event.schemaVersion, { ...event.data }) }));
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

  /**
   * The account's events from `fromVersion` to `toVersion`, with the version and the database's clock; one statement. Throws
   * {@link WrittenByNewerRelease}.
   */
  async stream(accountId: string, { fromVersion = 1, toVersion = versionMost }: Versions = {}): Promise<Stream<Event>> {
    const rows = await this.database.query<(Row | { event_id: null }) & { now: Instant }>(
      `SELECT clock_timestamp() AS now, ${columns}, k.wrapped
       FROM (VALUES (1)) AS always (row)
       LEFT JOIN sunset.events e ON e.account_id = $1 AND e.version BETWEEN $2 AND $3
       ${joinKey('e')}
       ORDER BY e.version`,
      [accountId, fromVersion, toVersion],
    );
    const events = this.recorded(rows.filter((row): row is Row & { now: Instant } => row.event_id !== null));
    return { events, version: events.at(-1)?.version ?? fromVersion - 1, now: rows[0]!.now };
  }

  async load(accountId: string, versions?: Versions): Promise<RecordedEvent<Event>[]> {
    return (await this.stream(accountId, versions)).events;
  }

  /** As {@link appendAll}, for one account and one cause. */
  async append(accountId: string, expectedVersion: number, events: readonly Event[], metadata: Metadata): Promise<RecordedEvent<Event>[]> {
    return this.appendAll([{ accountId, expectedVersion, events: events.map((event) => ({ event, metadata })) }]);
  }

  /**
   * Appends all events or none, each account's as versions `expectedVersion + 1` and on, and answers them in the order given. The accounts are
   * different ones, of one shard. Call it last in a transaction: until the commit every other append to the shard waits. Throws
   * {@link VersionConflict}; `UnknownEvent` for a type that is not in the catalogue.
   */
  async appendAll(appends: readonly Append<Event>[]): Promise<RecordedEvent<Event>[]> {
    const all = appends.filter(({ events }) => events.length > 0);
    if (all.length === 0) return [];
    const drafts = await this.drafts(all);
    const { first_position: first, recorded_at: recordedAt } = await this.place(all, drafts);
    return drafts.map(({ accountId, version, eventId, schemaVersion, metadata, event }, index) => ({
      ...event,
      eventId,
      accountId,
      version,
      schemaVersion,
      position: first + index,
      recordedAt,
      metadata,
    }));
  }

  /** At most `limit` events of one shard after a position, in order. What was read once never gets a predecessor. Throws {@link WrittenByNewerRelease}. */
  async read({ shard = 0, after, limit }: { shard?: number; after: number; limit: number }): Promise<RecordedEvent<Event>[]> {
    const rows = await this.database.query<Row>(
      `SELECT ${columns}, k.wrapped FROM sunset.events e ${joinKey('e')}
       WHERE e.shard = $1 AND e.position > $2 ORDER BY e.position LIMIT $3`,
      [shard, after, limit],
    );
    return this.recorded(rows);
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
        `UPDATE sunset.events e SET personal = NULL WHERE e.account_id = $1 AND e.personal IS NOT NULL AND ${keyIsDestroyed('e.key_id')}`,
        [accountId],
      );
      await this.database.query("SELECT set_config('sunset.purging_account', '', true)");
      return affected;
    });
  }

  /** Whose event it is; `null`: there is none of that id. */
  async accountOf(eventId: string): Promise<string | null> {
    const [found] = await this.database.query<{ account_id: string }>('SELECT account_id FROM sunset.events WHERE event_id = $1', [eventId]);
    return found?.account_id ?? null;
  }

  /** Empties the sealed fields of one event that a later one of the account names as `redacts`; the database refuses any other. */
  async redact(eventId: string): Promise<void> {
    await this.database.execute('UPDATE sunset.events SET personal = NULL WHERE event_id = $1', [eventId]);
  }

  /** How many events of the account hold sealed fields. */
  async sealedEvents(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>('SELECT count(*) AS count FROM sunset.events WHERE account_id = $1 AND personal IS NOT NULL', [accountId]);
    return row!.count;
  }

  /** Whether the catalogue declares this event type. */
  declares(type: string): boolean {
    return this.catalogue.has(type);
  }

  shardOf(accountId: string): number {
    return createHash('sha256').update(accountId).digest().readUInt32BE(0) % this.shards;
  }

  private async drafts(appends: readonly Append<Event>[]): Promise<Draft<Event>[]> {
    const split = appends.flatMap(({ accountId, expectedVersion, events }) =>
      events.map(({ event, metadata }, index) => ({ accountId, version: expectedVersion + index + 1, event, metadata, ...this.catalogue.split(event) })),
    );
    const keys = await this.personalData.sealingKeys(split.filter(({ personal }) => personal).map(({ accountId }) => accountId));
    return split.map(({ personal, ...draft }) => {
      const eventId = uuidv7();
      const key = personal && keys.get(draft.accountId);
      const sealed = key ? { personal: this.personalData.seal(key, personal, eventId).toString('base64'), keyId: key.keyId } : {};
      return { ...draft, eventId, schemaVersion: this.catalogue.versionOf(draft.event.type), ...sealed };
    });
  }

  private async place(appends: readonly Append<Event>[], drafts: readonly Draft<Event>[]): Promise<Placed> {
    const [shard, ...others] = new Set(appends.map(({ accountId }) => this.shardOf(accountId)));
    if (others.length > 0) throw new RangeError('an append is of one shard');
    const conflict = (): VersionConflict => new VersionConflict(`not at the version expected: ${appends.map(({ accountId, expectedVersion }) => `${accountId} at ${expectedVersion}`).join(', ')}`);
    try {
      const [placed] = await this.database.query<Placed>('SELECT first_position, recorded_at FROM sunset.append_events($1::smallint, $2::text[], $3::int[], $4::jsonb)', [
        shard,
        appends.map(({ accountId }) => accountId),
        appends.map(({ expectedVersion }) => expectedVersion),
        JSON.stringify(drafts.map(({ event: { type, effectiveAt }, ...draft }) => ({ ...draft, stream: `membership-${draft.accountId}`, type, effectiveAt }))),
      ]);
      if (!placed) throw conflict();
      return placed;
    } catch (error) {
      throw violatedConstraint(error) === 'events_account_version' ? conflict() : error;
    }
  }

  private upcast(type: string, schemaVersion: number, data: Record<string, unknown>): Record<string, unknown> {
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

const columns = `e.event_id, e.account_id, e.version, e.type, e.schema_version, e.position, e.data, e.personal, e.key_id, e.metadata, e.effective_at, e.recorded_at`;

const versionMost = 2_147_483_647;

interface Draft<Event extends AnyEvent> {
  readonly accountId: string;
  readonly version: number;
  readonly event: Event;
  readonly metadata: Metadata;
  readonly eventId: string;
  readonly schemaVersion: number;
  /** Without what is personal. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Base64. */
  readonly personal?: string;
  readonly keyId?: string;
}

interface Placed {
  readonly first_position: number;
  readonly recorded_at: Instant;
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
