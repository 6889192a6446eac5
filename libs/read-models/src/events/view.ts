// The account's stream as the platform and operators read it.
import type { Actor, Instant, RecordedEvent } from '#kernel';

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

export const eventView = ({ eventId, type, version, schemaVersion, effectiveAt, recordedAt, data, metadata }: RecordedEvent): EventView => ({
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
