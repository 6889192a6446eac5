// The account's stream as the platform and operators read it.
import type { Actor, Instant, RecordedEvent } from '#kernel';
import { personalOf, type Membership, type MembershipEvent } from '#domain';

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
  readonly correlationId: string;
  readonly causation: string;
}

const eventView = ({ eventId, type, version, schemaVersion, effectiveAt, recordedAt, metadata }: RecordedEvent<MembershipEvent>, data: EventView['data']): EventView => ({
  eventId,
  type,
  version,
  schemaVersion,
  effectiveAt,
  recordedAt,
  data,
  actor: metadata.actor,
  channel: metadata.channel,
  correlationId: metadata.correlationId,
  causation: metadata.causationId,
});

const forgotten = (event: MembershipEvent): EventView['data'] => ({ ...event.data, ...Object.fromEntries(personalOf(event).map(([field]) => [field, null])) });

/** The whole stream. From `P` on nothing personal is told, however far the purge has come (R22); once it is done, the log holds nothing. */
export const eventsView = ({ purge }: Membership, events: readonly RecordedEvent<MembershipEvent>[]): readonly EventView[] =>
  events.map((event) => eventView(event, purge?.purgedAt === null ? forgotten(event) : { ...event.data }));
