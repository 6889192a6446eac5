// The catalogue of event types: which fields are sealed, and how a past shape becomes today's.
import type { AnyEvent, AnyEventType, DomainEvent, Instant } from '#kernel';

/** What the store needs to know of a declaration, and the event that it makes. */
export type CataloguedType<Event extends AnyEvent = AnyEvent> = Pick<AnyEventType, 'type' | 'version' | 'personal' | 'subject' | 'past'> & ((effectiveAt: Instant, data: never) => Event);

/** An event with a type that is not declared, and so cannot be written. */
export class UnknownEvent extends Error {
  override name = 'UnknownEvent';
}

/** What stands in the log was written by a newer release. This process cannot know what it means, and leaves the account to one that does. */
export class WrittenByNewerRelease extends Error {
  override name = 'WrittenByNewerRelease';
  /** Whoever retries neither counts this nor gives up. */
  readonly unavailable = true;
}

type Fields = Record<string, unknown>;

export class Catalogue {
  private readonly byType = new Map<string, CataloguedType>();

  constructor(types: readonly CataloguedType[]) {
    for (const declared of types) {
      if (this.byType.has(declared.type)) throw new Error(`event type declared twice: ${declared.type}`);
      this.byType.set(declared.type, declared);
    }
  }

  has(type: string): boolean {
    return this.byType.has(type);
  }

  versionOf(type: string): number {
    return this.find(type).version;
  }

  /** What the event is about; `null`: its account. */
  subjectOf({ type, data }: DomainEvent<string, object>): string | null {
    const { subject } = this.find(type);
    const value = subject === null ? null : (data as Fields)[subject];
    return typeof value === 'string' ? value : null;
  }

  /** Takes the personal fields out: `null` in `data`, their values in `personal`; `personal` is `null` if none has a value. */
  split({ type, data }: DomainEvent<string, object>): { data: Fields; personal: Fields | null } {
    const open: Fields = { ...data };
    const personal: Fields = {};
    for (const field of this.find(type).personal) {
      if (open[field] === undefined || open[field] === null) continue;
      personal[field] = open[field];
      open[field] = null;
    }
    return { data: open, personal: Object.keys(personal).length > 0 ? personal : null };
  }

  /** Today's shape of data written as `schemaVersion`. */
  upcast(type: string, schemaVersion: number, data: Fields): Fields {
    const declared = this.byType.get(type);
    if (!declared) throw new WrittenByNewerRelease(`${type} was written by a newer release`);
    const { version, past } = declared;
    if (schemaVersion > version) throw new WrittenByNewerRelease(`${type} version ${schemaVersion} was written by a newer release, which knows more than ${version}`);
    return past.slice(schemaVersion - 1).reduce((shape, upcaster) => upcaster(shape), data);
  }

  private find(type: string): CataloguedType {
    const declared = this.byType.get(type);
    if (!declared) throw new UnknownEvent(`event type not declared: ${type}`);
    return declared;
  }
}
