// A consequence is a row: everything that is known of it stands here, and whatever speaks of consequences is derived from the rows.
import { later, type AnyEvent, type Instant } from '#kernel';
import type { TimeZone } from './calendar.js';
import type { ToldDates } from './cancellation/events.js';
import type { Facts } from './facts.js';
import type { Policy } from './policy.js';

/** Something an account waits for. `(kind, subject, generation)` is its identity and is never used twice. */
export interface Waiting {
  /** A subscription's id, or empty: the account itself. */
  readonly subject: string;
  readonly generation: number;
  readonly dueAt: Instant;
}

export interface End {
  /** `L`. */
  readonly at: Instant;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  /** What was told of it: nothing comes earlier than that (R33). */
  readonly told: ToldDates;
}

/** An end that has come, and the identity of what counts from it. */
export interface Begun extends End {
  readonly subject: string;
  readonly generation: number;
}

/** What every row says. */
interface Row<Kind extends string, Known, Event extends AnyEvent> {
  readonly kind: Kind;
  /** What it does when its time has come; something always happens. */
  readonly fires: (state: Known, due: Waiting, facts: Facts, now: Instant) => readonly Event[];
  /** Whether it ends access, which goes by time whatever else is in doubt (R13, R22). */
  readonly takesAccess: (state: Known, subject: string) => boolean;
}

/** Comes again and again while plans run. */
export interface Recurrence<Kind extends string = string, Known = never, Event extends AnyEvent = AnyEvent, Foretold = unknown> extends Row<Kind, Known, Event> {
  readonly waiting: (state: Known) => readonly Waiting[];
  /** What its sentence speaks of while it is still to come: in the preview, the timeline and the diary. */
  readonly foretold: (state: Known, subject: string) => Foretold;
}

/** Comes once after an end, and takes something away for good. */
export interface Loss<Kind extends string = string, Known = never, Event extends AnyEvent = AnyEvent, Taken extends string = string> extends Row<Kind, Known, Event> {
  /** What it counts from; coming back takes that away. */
  readonly since: (state: Known) => Begun | null;
  /** The same while it is only told and can still be undone. */
  readonly plannedSince: (state: Known) => End | null;
  /** By the calendar; what was told holds beside it. */
  readonly dueAt: (end: End) => Instant;
  /** Whether it has been carried out, so that it is not waited for any more. */
  readonly settled: (state: Known) => boolean;
  /** The events that carry it out. */
  readonly carriedOutBy: readonly [Event['type'], ...Event['type'][]];
  /** Whether a legal hold stops it (R35). */
  readonly heldByLegalHold: boolean;
  /** How many days before it is announced. */
  readonly announcedDaysBefore: readonly number[];
  /** What was to be announced by then and could not be is not made up for: the days it speaks of are over. */
  readonly silentUntil: (state: Known) => Instant | null;
  /** Whether there is something to lose: the deadline stands for every account, and is only spoken of where something would go (A22). */
  readonly atStake: (state: Known) => boolean;
  /** What is kept until then and lost from then on. */
  readonly takes: readonly Taken[];
  /** Whether that is lost already for who comes back now (A13). */
  readonly lost: (state: Known) => boolean;
}

/** When it comes: by the calendar, and never before it was told to come. */
export const comesAt = ({ kind, dueAt }: { readonly kind: string; readonly dueAt: (end: End) => Instant }, end: End): Instant => {
  const [byCalendar, told] = [dueAt(end), end.told[kind]];
  return told === undefined ? byCalendar : later(byCalendar, told);
};

export const recurrence =
  <Known, Event extends AnyEvent>() =>
  <const Kind extends string, Foretold>(kind: Kind, row: Omit<Recurrence<Kind, Known, Event, Foretold>, 'kind'>): Recurrence<Kind, Known, Event, Foretold> => ({ kind, ...row });

export const loss =
  <Known, Event extends AnyEvent>() =>
  <const Kind extends string, const Taken extends string>(kind: Kind, row: Omit<Loss<Kind, Known, Event, Taken>, 'kind'>): Loss<Kind, Known, Event, Taken> => ({ kind, ...row });
