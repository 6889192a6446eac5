// An event type is declared once: its name, its payload, which fields are personal, and its past shapes.
import type { Instant } from './time.js';

/** A field that is sealed in the log and `null` once the person is forgotten. Decisions never depend on it, and no state holds it. */
export type Personal<T> = T | null;

/** Something that has happened to one account, not yet written down. */
export interface DomainEvent<Type extends string = string, Data = Readonly<Record<string, unknown>>> {
  readonly type: Type;
  /** When it counts; deadlines are computed from this, never from when it was written (R30). */
  readonly effectiveAt: Instant;
  readonly data: Data;
}

/** Whatever has happened, with whatever payload. */
export type AnyEvent = DomainEvent<string, object>;

/** Turns one past shape of a payload into the next one. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

/** `Data` is the whole payload, `Open` what of it is not personal. */
export interface EventType<Type extends string = string, Data = Readonly<Record<string, unknown>>, Open = Data> {
  (effectiveAt: Instant, data: Data): DomainEvent<Type, Data>;
  readonly type: Type;
  /** The number of past shapes plus one. */
  readonly version: number;
  /** Top-level payload fields that are sealed. */
  readonly personal: readonly string[];
  /** Top-level payload fields that hold words of staff or of others, in clear: searched for traces of a person after a purge. All others are codes, ids and figures. */
  readonly texts: readonly string[];
  /** The top-level field that says what of the account it is about, an id by which it is looked up; `null`: the account itself. */
  readonly subject: string | null;
  /** Oldest first: `past[0]` turns version 1 into version 2. */
  readonly past: readonly Upcaster[];
  /** Only a type: see {@link OpenDataOf}. */
  readonly open?: Open;
}

/** The event a declaration makes: `type E = EventOf<typeof CancellationRequested>`. */
export type EventOf<T> = T extends EventType<infer Type, infer Data, infer _Open> ? DomainEvent<Type, Data> : never;

/** What of the payload names nobody, and is all that a state or a sentence is made of. */
export type OpenDataOf<T> = T extends EventType<infer _Type, infer _Data, infer Open> ? Open : never;

/** Whatever is declared. */
export type AnyEventType = Pick<EventType, 'type' | 'version' | 'personal' | 'texts' | 'subject' | 'past'>;

/** `null` once the person is forgotten, and optional where the declaration says so. */
type Forgettable<Sealed> = { [Field in keyof Sealed]: Personal<Sealed[Field]> };

interface Declaration<Open> {
  readonly texts?: readonly (keyof Open & string)[];
  readonly subject?: keyof Open & string;
  readonly past?: readonly Upcaster[];
}

/** Every field of `Sealed` has to be named: types alone seal nothing. */
type Declarations<Open, Sealed> = keyof Sealed extends never ? [Declaration<Open>?] : [Declaration<Open> & { readonly personal: { readonly [Field in keyof Sealed]-?: true } }];

/**
 * Declares an event type: `event('NumberRemoved')<{ numberId: NumberId }>()`. Personal fields stand apart from the others:
 * `event('NumberPurchased')<{ numberId: NumberId }, { e164: string }>({ personal: { e164: true } })`.
 */
export const event =
  <const Type extends string>(type: Type) =>
  <Open extends object, Sealed extends object = Record<never, never>>(...[declaration]: Declarations<Open, Sealed>): EventType<Type, Open & Forgettable<Sealed>, Open> => {
    const { texts = [], subject = null, past = [], personal = {} } = (declaration ?? {}) as Declaration<Open> & { readonly personal?: object };
    return Object.assign((effectiveAt: Instant, data: Open & Forgettable<Sealed>) => ({ type, effectiveAt, data }), {
      type,
      version: past.length + 1,
      personal: Object.keys(personal),
      texts,
      subject,
      past,
    });
  };

/** Who did it, through which door. `id` is a process name, the token subject of staff or of a machine, or a keyed hash of a customer's. */
export interface Actor {
  readonly role: 'customer' | 'service' | 'operator' | 'viewer' | 'analyst' | 'system';
  readonly id: string;
}

/** What is known about a write besides what happened. */
export interface Metadata {
  readonly actor: Actor;
  /** `api`, `page`, `worker`, `cli`, `import`. */
  readonly channel: string;
  /** One request or one job and all that follows from it. */
  readonly correlationId: string;
  /** The command, deadline or event that led to this. */
  readonly causationId: string;
  /** The place in a trace that what follows from it continues (W3C Trace Context); absent: it was not traced. */
  readonly traceparent?: string;
  /** The version of the policy that it depends on; absent: it depends on none, or on the first one, which was the only one then. */
  readonly policy?: string;
  /** What had been told to come and follows no longer because of it; absent: nothing. */
  readonly undone?: readonly { readonly kind: string; readonly dueAt: Instant }[];
}

/** The channel of what another system has told of the time before an account was taken over. */
export const importChannel = 'import';

/** Whether it was told by the system that the account comes from: it happened there, and nothing is to be done because of it. */
export const isImported = ({ channel }: Pick<Metadata, 'channel'>): boolean => channel === importChannel;

/** What the log adds to an event. */
export interface LogEntry {
  readonly eventId: string;
  readonly accountId: string;
  /** 1, 2, 3 … within the account's stream. */
  readonly version: number;
  /** The shape of `data` as it was written, before upcasting. */
  readonly schemaVersion: number;
  /** Order within the log of one shard. */
  readonly position: number;
  readonly recordedAt: Instant;
  readonly metadata: Metadata;
}

/** An event as the log holds it; `Event` is what the catalogue of the log declares, so that whoever has asked for the type knows the payload. */
export type RecordedEvent<Event extends AnyEvent> = Event & LogEntry;

/** Those of one type, in their order. */
export const eventsOfType = <Event extends { readonly type: string }, Type extends Event['type']>(events: readonly Event[], type: Type): readonly Extract<Event, { readonly type: Type }>[] =>
  events.filter((event): event is Extract<Event, { readonly type: Type }> => event.type === type);
