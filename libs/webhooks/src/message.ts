// What is sent: the words of this library, and what it is told of events by whoever knows what they mean.
import type { AnyEvent, Instant, RecordedEvent } from '#kernel';

/** Every event type; stands alone in a filter. */
export const everyType = '*';

/** What an endpoint is sent when somebody wants to see whether it works; it is no event of an account. */
export const testType = 'webhook.test';

/** What of an event is told. It holds persons in clear, and is never kept. */
export interface Told {
  /** When it happened, in the account's time. */
  readonly timestamp: Instant;
  readonly data: Readonly<Record<string, unknown>>;
  /** Values that no row may hold: they are taken out of what an endpoint answers. */
  readonly personal: readonly string[];
  /** Whether the account's data is deleted, or about to be: then no answer is kept at all. */
  readonly forgotten: boolean;
}

/** Asked immediately before the events are sent, and each time again; answers in the order given. */
export type Tell<Event extends AnyEvent = AnyEvent> = (events: readonly RecordedEvent<Event>[]) => Promise<readonly Told[]>;

/** The body, by the Standard Webhooks specification. */
export const bodyOf = (type: string, { timestamp, data }: Pick<Told, 'timestamp' | 'data'>): string => JSON.stringify({ type, timestamp, data });
