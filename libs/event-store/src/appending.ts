// Appending: events are sealed and numbered, and placed behind the last of their shard by `append_events`.
import type { AnyEvent, Instant, Metadata, RecordedEvent } from '#kernel';
import type { PersonalData } from '#personal-data';
import { type Database, lockNotAvailable, Retry, sqlState, violatedConstraint } from '#postgres';
import type { Catalogue, Entry } from './catalogue.js';
import { logHint } from './fragments.js';
import { appendWaitMs } from './migrations.js';
import { uuidv7 } from './uuid.js';

/** Somebody else appended to the account first. Starting again from the load resolves it. */
export class VersionConflict extends Retry {
  override name = 'VersionConflict';
}

/** Its shard of the log was not to be had within {@link appendWaitMs}: somebody holds it who does not write. Says nothing of what was to be appended. */
export class ShardHeld extends Error {
  override name = 'ShardHeld';
  readonly unavailable = 'to-all';
}

/** What has happened to one account that stands at `expectedVersion`, each with who did it. */
export interface Append<Event extends AnyEvent = AnyEvent> {
  readonly accountId: string;
  readonly expectedVersion: number;
  readonly events: readonly { readonly event: Event; readonly metadata: Metadata }[];
}

interface Draft<Event extends AnyEvent> {
  readonly accountId: string;
  readonly version: number;
  readonly event: Event;
  readonly metadata: Metadata;
  /** What `append_events` is handed. Without what is personal, but for what is sealed of it, in base64. */
  readonly row: Omit<Entry, 'personal'> & { readonly eventId: string; readonly personal: string | undefined; readonly keyId: string | undefined };
}

interface Placed {
  readonly first_position: number;
  readonly recorded_at: Instant;
}

export class Appending {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly catalogue: Catalogue,
  ) {}

  /** As `EventStore.appendAll` has it. */
  async append<Event extends AnyEvent>(appends: readonly Append<Event>[]): Promise<RecordedEvent<Event>[]> {
    const all = appends.filter(({ events }) => events.length > 0);
    if (all.length === 0) return [];
    const drafts = await this.drafts(all);
    const { first_position: first, recorded_at: recordedAt } = await this.place(all, drafts);
    // An event is made of these three; spread into another object each time they take as long as all the rest.
    return drafts.map(({ event: { type, effectiveAt, data }, accountId, version, metadata, row: { eventId, schemaVersion } }, index) => ({
      type, effectiveAt, data, eventId, accountId, version, schemaVersion, position: first + index, recordedAt, metadata,
    })) as RecordedEvent<AnyEvent>[] as RecordedEvent<Event>[];
  }

  private async drafts<Event extends AnyEvent>(appends: readonly Append<Event>[]): Promise<Draft<Event>[]> {
    const entries = appends.map(({ events }) => events.map(({ event }) => this.catalogue.entry(event)));
    const keys = await this.personalData.sealingKeys(appends.flatMap(({ accountId }, nth) => entries[nth]!.flatMap(({ personal }) => (personal ? [accountId] : []))));
    return appends.flatMap(({ accountId, expectedVersion, events }, nth) => events.map(({ event, metadata }, index) => {
      const { schemaVersion, subject, data, personal } = entries[nth]![index]!;
      const { type, effectiveAt } = event;
      const [eventId, version] = [uuidv7(), expectedVersion + index + 1];
      const key = personal && keys.get(accountId);
      const sealed = key ? this.personalData.seal(key, personal, eventId).toString('base64') : undefined;
      const row = { accountId, version, metadata, eventId, schemaVersion, subject, data, personal: sealed, keyId: key?.keyId, stream: `membership-${accountId}`, type, effectiveAt };
      return { accountId, version, event, metadata, row };
    }));
  }

  private async place(appends: readonly Append[], drafts: readonly Draft<AnyEvent>[]): Promise<Placed> {
    const [shard, ...others] = new Set(appends.map(({ accountId }) => this.database.shardOf(accountId)));
    if (others.length > 0) throw new RangeError('an append is of one shard');
    const conflict = (): VersionConflict => new VersionConflict(`not at the version expected: ${appends.map(({ accountId, expectedVersion }) => `${accountId} at ${expectedVersion}`).join(', ')}`);
    try {
      const [placed] = await this.database.query<Placed>('SELECT first_position, recorded_at FROM sunset.append_events($1::smallint, $2::text[], $3::int[], $4::jsonb)', [
        shard,
        appends.map(({ accountId }) => accountId),
        appends.map(({ expectedVersion }) => expectedVersion),
        JSON.stringify(drafts.map(({ row }) => row)),
      ]);
      if (!placed) throw conflict();
      this.database.hint(logHint);
      return placed;
    } catch (error) {
      if (sqlState(error) === lockNotAvailable) throw new ShardHeld(`shard ${shard} of the log is held for longer than ${appendWaitMs} ms`);
      throw violatedConstraint(error) === 'events_account_version' ? conflict() : error;
    }
  }
}
