// The account's stream as the platform and operators read it.
import { isImported, type Actor, type Instant, type RecordedEvent } from '#kernel';
import { forgottenDataOf, type Membership, type MembershipEvent } from '#domain';

export interface EventView {
  readonly eventId: string;
  readonly type: string;
  /** Place in the account's stream. */
  readonly version: number;
  readonly schemaVersion: number;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly channel: string;
  /** It happened in the system that the account was taken over from; absent: here. */
  readonly imported?: true;
  readonly correlationId: string;
  readonly causation: string;
}

/** An event among those of all accounts. */
export interface FeedEntryView extends EventView {
  readonly accountId: string;
}

const shown = ({ eventId, type, version, schemaVersion, effectiveAt, recordedAt, metadata }: RecordedEvent<MembershipEvent>, data: EventView['data']): EventView => ({
  eventId,
  type,
  version,
  schemaVersion,
  effectiveAt,
  recordedAt,
  data,
  actor: metadata.actor,
  channel: metadata.channel,
  ...(isImported(metadata) && { imported: true }),
  correlationId: metadata.correlationId,
  causation: metadata.causationId,
});

/** Of any life. From `P` on nothing personal is told, however far the purge has come (R22); once it is done, the log holds nothing. */
export const eventView = ({ purge }: Membership, event: RecordedEvent<MembershipEvent>): EventView =>
  shown(event, purge?.purgedAt === null ? forgottenDataOf(event) : { ...event.data });

/** One of the feed. `silent`: nothing personal of its account is told any more. */
export const feedEntryView = (event: RecordedEvent<MembershipEvent>, silent: boolean): FeedEntryView => ({
  accountId: event.accountId,
  ...shown(event, silent ? forgottenDataOf(event) : { ...event.data }),
});
