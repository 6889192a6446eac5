// The account's stream as the platform and operators read it.
import type { Actor, Instant, RecordedEvent } from '#kernel';
import { membershipEvents, type Membership } from '#domain';

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

const eventView = ({ eventId, type, version, schemaVersion, effectiveAt, recordedAt, data, metadata }: RecordedEvent): EventView => ({
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

const personalFields: ReadonlyMap<string, readonly string[]> = new Map(membershipEvents.map(({ type, personal }) => [type, personal]));

const forgotten = (event: RecordedEvent): RecordedEvent => {
  const fields = (personalFields.get(event.type) ?? []).filter((field) => event.data[field] !== undefined);
  return { ...event, data: { ...event.data, ...Object.fromEntries(fields.map((field) => [field, null])) } };
};

/** The whole stream. From `P` on nothing personal is told, however far the purge has come (R22); once it is done, the log holds nothing. */
export const eventsView = ({ purge }: Membership, events: readonly RecordedEvent[]): readonly EventView[] =>
  events.map((event) => eventView(purge?.purgedAt === null ? forgotten(event) : event));
