// Reads the log page by page, and the next page while the last one is applied.
import type { EventStore } from '#event-store';
import type { AnyEvent, RecordedEvent } from '#kernel';
import type { Database } from '#postgres';

interface Place {
  readonly shard: number;
  readonly after: number;
  readonly limit: number;
}

interface Ahead {
  readonly place: Place;
  readonly events: Promise<RecordedEvent<AnyEvent>[]>;
}

export class Pages {
  /** By reader, by shard. */
  private readonly ahead = new Map<string, Map<number, Ahead>>();

  constructor(
    private readonly database: Database,
    private readonly eventStore: EventStore,
  ) {}

  /** Behind a full page the next one is fetched, on another connection: what was read once never gets a predecessor, so it is the same page later. */
  async read(reader: string, place: Place): Promise<RecordedEvent<AnyEvent>[]> {
    const own = this.ahead.get(reader) ?? new Map<number, Ahead>();
    const ahead = own.get(place.shard);
    own.delete(place.shard);
    const known = ahead?.place.after === place.after && ahead.place.limit === place.limit ? ahead.events : undefined;
    const events = await (known ?? this.eventStore.read(place));
    if (events.length < place.limit || place.limit === 1) return events;
    const next = { ...place, after: events.at(-1)!.position };
    const fetched = this.database.apart(() => this.eventStore.read(next));
    // Whoever asks for it hears of it.
    fetched.catch(() => undefined);
    this.ahead.set(reader, own.set(place.shard, { place: next, events: fetched }));
    return events;
  }

  /** A page that nobody comes for holds persons in clear, and would outlive a purge. */
  forget(reader: string): void {
    this.ahead.delete(reader);
  }
}
