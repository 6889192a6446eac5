// What a subject of a membership is made of. A subject knows itself and the subjects below it; `membership/` puts them together.
import type { AnyEvent, AnyEventType, EventOf, Instant, OpenDataOf } from '#kernel';
import type { CancellationRequested, Promised, Told } from './cancellation/events.js';
import type { Unsent } from './facts.js';
import type { PolicyInForce } from './policy-in-force.js';
import type { Decision } from './refusals.js';
import type { DataPurged } from './retention/events.js';
import type { Saying } from './wording.js';

/**
 * Takes an event into the subject's own part of the state: answers what changes in it. `state` is that part and those below it, which have
 * taken the event in already; `before` is the same before the event.
 */
export type Fold<Own, Known, Data> = (state: Known, data: Data, at: Instant, before: Known) => Partial<Own>;

/**
 * Every event of the subject, those of others that concern it, and the purge: what does not say how it is forgotten does not compile. What
 * is personal of an event cannot be seen here, so that no state can hold it.
 */
export type Folds<Own, Known extends Own, Declared extends AnyEventType> = {
  readonly [Type in (Declared | typeof DataPurged)['type']]: Fold<Own, Known, OpenDataOf<Extract<Declared | typeof DataPurged, { type: Type }>>>;
};

/** An event that the subject's part of the state does not remember. */
export const unchanged = (): Record<never, never> => ({});

/** What is known besides the state when a command is decided. */
export interface Foresight<Known = unknown> {
  readonly policy: PolicyInForce;
  /** What somebody would have kept and lost who came back once `events` had happened. */
  readonly ifYouReturn: (events: readonly AnyEvent[]) => { readonly kept: readonly string[]; readonly lost: readonly string[] };
  /** The dates that follow from a cancellation, and are told with it. */
  readonly toldBy: (request: EventOf<typeof CancellationRequested>) => Told;
  /** What else is shown to follow from one that tells its dates. */
  readonly promisedBy: (request: EventOf<typeof CancellationRequested>, unsent: Unsent) => Promised;
  /** What is lost by then, and has not been carried out. */
  readonly lossesDue: (now: Instant) => readonly LossIdentity[];
  /** The same once `events` had happened. */
  readonly after: (events: readonly AnyEvent[]) => { readonly state: Known; readonly foresight: Foresight<Known> };
}

/** What makes a loss the same one. */
export interface LossIdentity {
  readonly kind: string;
  readonly subject: string;
  readonly generation: number;
}

export type CommandOf<Commands, Type extends keyof Commands> = { readonly type: Type } & Readonly<Commands[Type]>;

/** A part of the timetable: the commands of one subject. Held with `satisfies`, so that the type of each rule still says with which codes it refuses. */
export type Rules<Known, Commands, Event extends AnyEvent> = {
  readonly [Type in keyof Commands]: (state: Known, command: CommandOf<Commands, Type>, now: Instant, foresight: Foresight<Known>) => Decision<Event>;
};

/**
 * One sentence for each event; `null` where there is nothing to say. Customers read them: none names a person or holds an operator's words, for what is
 * personal cannot be seen here.
 */
export type Sentences<Declared extends AnyEventType> = { readonly [Type in Declared['type']]: (data: OpenDataOf<Extract<Declared, { type: Type }>>, say: Saying) => string | null };
