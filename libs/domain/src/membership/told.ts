// The dates that a cancellation tells: they follow from it, and stand in it from then on (R33).
import type { EventOf } from '#kernel';
import { nothingTold, type CancellationRequested, type Told } from '../cancellation/events.js';
import { boundariesToTell } from '../numbers/boundaries.js';
import { plannedDeadlines } from './deadlines.js';
import { fold } from './fold.js';
import type { Membership } from './state.js';

type Requested = EventOf<typeof CancellationRequested>;

/** What follows from the event, if it comes after `state`; what it says of that itself does not count. */
export function toldBy(state: Membership, event: Requested): Told {
  const after = fold(state, [{ ...event, data: { ...event.data, told: nothingTold } }]);
  const consequences = Object.fromEntries(plannedDeadlines(after).map(({ kind, dueAt }) => [kind, dueAt]));
  return { consequences, numberFees: boundariesToTell(after, event.effectiveAt) };
}

/** The event with what follows from it. */
export const telling = (state: Membership, event: Requested): Requested => ({ ...event, data: { ...event.data, told: toldBy(state, event) } });
