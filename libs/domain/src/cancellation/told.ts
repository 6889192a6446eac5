// The dates that a cancellation tells: they follow from it, and stand in it from then on (R33).
import type { EventOf } from '#kernel';
import { boundariesToTell, plannedDeadlines } from '../membership/consequences.js';
import { fold } from '../membership/evolve.js';
import type { Membership } from '../membership/state.js';
import type { CancellationRequested, Told } from './events.js';

type Requested = EventOf<typeof CancellationRequested>;

export const nothingTold: Told = { consequences: {}, numberFees: null };

/** The event, following `state`, with what follows from it; what it says of that itself does not count. */
export function telling(state: Membership, event: Requested): Requested {
  const silent = { ...event, data: { ...event.data, told: nothingTold } };
  const after = fold(state, [silent]);
  const consequences = Object.fromEntries(plannedDeadlines(after).map(({ kind, dueAt }) => [kind, dueAt]));
  return { ...event, data: { ...event.data, told: { consequences, numberFees: boundariesToTell(after, event.effectiveAt) } } };
}
