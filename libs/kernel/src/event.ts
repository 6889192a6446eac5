// An event type is declared once: its name, its payload, which fields are personal, and its past shapes.
import type { Instant } from './time.js';

/** A field that is sealed in the log and `null` once the person is forgotten. Decisions never depend on it. */
export type Personal<T> = T | null;

/** Something that has happened to one account, not yet written down. */
export interface DomainEvent<Type extends string = string, Data = Readonly<Record<string, unknown>>> {
  readonly type: Type;
  /** When it counts; deadlines are computed from this, never from when it was written (R30). */
  readonly effectiveAt: Instant;
  readonly data: Data;
}

/** Turns one past shape of a payload into the next one. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

export interface EventType<Type extends string = string, Data = Readonly<Record<string, unknown>>> {
  (effectiveAt: Instant, data: Data): DomainEvent<Type, Data>;
  readonly type: Type;
  /** The number of past shapes plus one. */
  readonly version: number;
  /** Top-level payload fields that are sealed. */
  readonly personal: readonly string[];
  /** Top-level payload fields that hold words of staff or of others, in clear: searched for traces of a person after a purge. All others are codes, ids and figures. */
  readonly texts: readonly string[];
  /** Oldest first: `past[0]` turns version 1 into version 2. */
  readonly past: readonly Upcaster[];
}

/** The event a declaration makes: `type E = EventOf<typeof CancellationRequested>`. */
export type EventOf<T> = T extends EventType<infer Type, infer Data> ? DomainEvent<Type, Data> : never;

interface Declaration<Data> {
  readonly personal?: readonly (keyof Data & string)[];
  readonly texts?: readonly (keyof Data & string)[];
  readonly past?: readonly Upcaster[];
}

/** `event('NumberRemoved')<{ numberId: NumberId }>()`: declares an event type. */
export const event =
  <const Type extends string>(type: Type) =>
  <Data extends object>(declaration: Declaration<Data> = {}): EventType<Type, Data> =>
    Object.assign((effectiveAt: Instant, data: Data): DomainEvent<Type, Data> => ({ type, effectiveAt, data }), {
      type,
      version: (declaration.past?.length ?? 0) + 1,
      personal: declaration.personal ?? [],
      texts: declaration.texts ?? [],
      past: declaration.past ?? [],
    });

/** Who did it, through which door. `id` is a process name, the token subject of staff or of a machine, or a keyed hash of a customer's. */
export interface Actor {
  readonly role: 'customer' | 'service' | 'operator' | 'analyst' | 'system';
  readonly id: string;
}

/** What is known about a write besides what happened. */
export interface Metadata {
  readonly actor: Actor;
  /** `api`, `worker`, `cli`. */
  readonly channel: string;
  /** One request or one job and all that follows from it. */
  readonly correlationId: string;
  /** The command, deadline or event that led to this. */
  readonly causationId: string;
}

/** An event as the log holds it. */
export interface RecordedEvent extends DomainEvent {
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
