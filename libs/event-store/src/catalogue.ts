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

/** What the log keeps of an event. */
export interface Entry {
  readonly schemaVersion: number;
  /** What it is about; `null`: its account. */
  readonly subject: string | null;
  /** Personal fields are `null`. */
  readonly data: Readonly<Fields>;
  /** Their values; `null` if none has one. */
  readonly personal: Readonly<Fields> | null;
}

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

  /** As it is kept. */
  entry({ type, data }: DomainEvent<string, object>): Entry {
    const { version: schemaVersion, subject, personal: sealed } = this.find(type);
    const fields = data as Readonly<Fields>;
    const about = subject === null ? null : fields[subject];
    const personal = sealed.filter((field) => fields[field] !== undefined && fields[field] !== null);
    return {
      schemaVersion,
      subject: typeof about === 'string' ? about : null,
      data: personal.length === 0 ? fields : { ...fields, ...Object.fromEntries(personal.map((field) => [field, null])) },
      personal: personal.length === 0 ? null : Object.fromEntries(personal.map((field) => [field, fields[field]])),
    };
  }

  /** Today's shape of data written as `schemaVersion`: `data` itself, if that is the same. */
  upcast(type: string, schemaVersion: number, data: Readonly<Fields>): Readonly<Fields> {
    const declared = this.byType.get(type);
    if (!declared) throw new WrittenByNewerRelease(`${type} was written by a newer release`);
    const { version, past } = declared;
    if (schemaVersion > version) throw new WrittenByNewerRelease(`${type} version ${schemaVersion} was written by a newer release, which knows more than ${version}`);
    if (schemaVersion === version) return data;
    return past.slice(schemaVersion - 1).reduce((shape, upcaster) => upcaster(shape), { ...data });
  }

  private find(type: string): CataloguedType {
    const declared = this.byType.get(type);
    if (!declared) throw new UnknownEvent(`event type not declared: ${type}`);
    return declared;
  }
}
