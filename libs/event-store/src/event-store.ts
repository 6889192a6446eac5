// The log: appends to one account's stream, loads it, and is read in order by followers.
import { createHash } from 'node:crypto';
import type { AnyEvent, Instant, Metadata, RecordedEvent } from '#kernel';
import { type AccountKey, joinKey, keyIsDestroyed, type PersonalData } from '#personal-data';
import { Retry, violatedConstraint, type Database } from '#postgres';
import { Catalogue, type CataloguedType, WrittenByNewerRelease } from './catalogue.js';
import { lastRecordedAt } from './fragments.js';
import { appendLock } from './migrations.js';
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

/** `Event`: what the catalogue declares. */
export class EventStore<Event extends AnyEvent = AnyEvent> {
  readonly shards: number;
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
  }

  /** The last that this process could not read because a newer release wrote it; `null`: nothing yet. */
  get newerRelease(): string | null {
    return this.metNewer;
  }

  /** The account's events from `fromVersion` on, with the version and the database's clock; one statement. Throws {@link WrittenByNewerRelease}. */
  async stream(accountId: string, { fromVersion = 1 }: { fromVersion?: number } = {}): Promise<Stream<Event>> {
    const rows = await this.database.query<(Row | { event_id: null }) & { now: Instant }>(
      `SELECT clock_timestamp() AS now, e.*, k.wrapped
       FROM (VALUES (1)) AS always (row)
       LEFT JOIN sunset.events e ON e.account_id = $1 AND e.version >= $2
       ${joinKey('e')}
       ORDER BY e.version`,
      [accountId, fromVersion],
    );
    const events = this.recorded(rows.filter((row): row is Row & { now: Instant } => row.event_id !== null));
    return { events, version: events.at(-1)?.version ?? fromVersion - 1, now: rows[0]!.now };
  }

  async load(accountId: string, options?: { fromVersion?: number }): Promise<RecordedEvent<Event>[]> {
    return (await this.stream(accountId, options)).events;
  }

  /**
   * Appends all events or none, as versions `expectedVersion + 1` and on. Call it last in a transaction: until the commit every other
   * append to the shard waits. Throws {@link VersionConflict}; `UnknownEvent` for a type that is not in the catalogue.
   */
  async append(
    accountId: string,
    expectedVersion: number,
    events: readonly Event[],
    metadata: Metadata,
  ): Promise<RecordedEvent<Event>[]> {
    if (events.length === 0) return [];
    const drafts = await this.drafts(accountId, events);
    const placed = await this.place(accountId, expectedVersion, drafts, metadata);
    return events.map((event, index) => ({
      ...event,
      eventId: drafts[index]!.eventId,
      accountId,
      version: expectedVersion + index + 1,
      schemaVersion: drafts[index]!.schemaVersion,
      position: placed[index]!.new_position,
      recordedAt: placed[index]!.new_recorded_at,
      metadata,
    }));
  }

  /** At most `limit` events of one shard after a position, in order. What was read once never gets a predecessor. Throws {@link WrittenByNewerRelease}. */
  async read({ shard = 0, after, limit }: { shard?: number; after: number; limit: number }): Promise<RecordedEvent<Event>[]> {
    const rows = await this.database.query<Row>(
      `SELECT e.*, k.wrapped FROM sunset.events e ${joinKey('e')}
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

  private async drafts(accountId: string, events: readonly AnyEvent[]): Promise<Draft[]> {
    let key: AccountKey | undefined;
    const drafts: Draft[] = [];
    for (const event of events) {
      const { type, effectiveAt } = event;
      const { data, personal } = this.catalogue.split(event);
      if (personal) key ??= await this.personalData.sealingKey(accountId);
      const eventId = uuidv7();
      const sealed = personal && key ? { personal: this.personalData.seal(key, personal, eventId).toString('base64'), keyId: key.keyId } : {};
      drafts.push({ eventId, type, schemaVersion: this.catalogue.versionOf(type), effectiveAt, data, ...sealed });
    }
    return drafts;
  }

  private async place(accountId: string, expectedVersion: number, drafts: readonly Draft[], metadata: Metadata): Promise<Placed[]> {
    const conflict = (): VersionConflict => new VersionConflict(`${accountId} is not at version ${expectedVersion}`);
    try {
      const placed = await this.database.query<Placed>('SELECT * FROM sunset.append_events($1::smallint, $2, $3, $4, $5, $6)', [
        this.shardOf(accountId),
        accountId,
        `membership-${accountId}`,
        expectedVersion,
        JSON.stringify(drafts),
        JSON.stringify(metadata),
      ]);
      if (placed.length === 0) throw conflict();
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

interface Draft {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly effectiveAt: Instant;
  readonly data: Readonly<Record<string, unknown>>;
  /** Base64. */
  readonly personal?: string;
  readonly keyId?: string;
}

interface Placed {
  readonly new_position: number;
  readonly new_recorded_at: Instant;
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
