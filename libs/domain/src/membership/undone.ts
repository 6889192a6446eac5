// What an event takes back of what was told: losses that follow no longer, because the customer stays, came back, or has nothing left to lose.
import type { Instant } from '#kernel';
import { type LossKind } from './consequences.js';
import { isAtStake, openLosses, plannedDeadlines } from './deadlines.js';
import type { MembershipEvent } from './events.js';
import { evolve } from './fold.js';
import type { Membership } from './state.js';
import { carriesOut } from './words.js';

export interface Undone {
  readonly kind: LossKind;
  /** When it would have come. */
  readonly dueAt: Instant;
}

/** Of each event, in order, what follows no longer because of it; what carries a loss out takes none back. */
export function undoneBy(before: Membership, events: readonly MembershipEvent[]): readonly (readonly Undone[])[] {
  let state = before;
  let stood = told(state);
  return events.map((event, index) => {
    const takesBack = stood.length > 0 && !carriesOut.has(event.type);
    // What stands after the last one matters to what it takes back alone.
    if (index === events.length - 1 && !takesBack) return [];
    state = evolve(state, event);
    const stands = told(state);
    const gone = takesBack ? stood.filter((one) => !stands.some(({ kind, dueAt }) => kind === one.kind && dueAt === one.dueAt)) : [];
    stood = stands;
    return gone;
  });
}

/** The account's own losses as they stand, counting or only planned. */
const told = (state: Membership): readonly Undone[] =>
  [...openLosses(state), ...plannedDeadlines(state)].flatMap(({ kind, dueAt }) => (isAtStake(state, kind) ? [{ kind, dueAt }] : []));
