// Everything that happened to an account and everything that will, in order of time.
import type { Instant, RecordedEvent } from '#kernel';
import {
  carriesOut, describe, evolve, foretell, isAtStake, isFelt, isLossKind, noMembership, openDeadlines, plannedDeadlines,
  type DeadlineKind, type Membership, type MembershipEvent,
} from '#domain';
import { beginningOfLife } from '../this-life.js';

export interface TimelineEntry {
  readonly at: Instant;
  /** The event's type for what is done, the deadline's kind for what is to come or void. */
  readonly kind: string;
  readonly status: 'done' | 'planned' | 'void' | 'blocked';
  readonly subscriptionId?: string;
  readonly detail: string;
}

/** `settled`: the state at the instant of asking, which may be ahead of what is written. */
export function timelineView(settled: Membership, events: readonly RecordedEvent<MembershipEvent>[], now: Instant): readonly TimelineEntry[] {
  return [...past(settled.accountId, events), ...future(settled, now)].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Empty: the account itself. */
const about = (subscriptionId: string): { subscriptionId?: string } => (subscriptionId === '' ? {} : { subscriptionId });

/** What is due and has not come about is kept from it: the clock is in doubt. */
function future(state: Membership, now: Instant): TimelineEntry[] {
  const planned = plannedDeadlines(state).map((one) => ({ ...one, subject: '', held: false }));
  return [...openDeadlines(state), ...planned].filter(({ kind }) => isFelt(state, kind)).map(({ kind, subject, dueAt, held }) => ({
    at: dueAt,
    kind,
    status: held || dueAt <= now ? 'blocked' : 'planned',
    ...about(subject),
    detail: foretell(state, kind, subject),
  }));
}

/** What happened, and what was told and then did not come about because the customer stayed or came back. */
function past(accountId: string, events: readonly RecordedEvent<MembershipEvent>[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const beginning = beginningOfLife(events);
  let state = noMembership(accountId);
  for (const [place, event] of events.entries()) {
    const before = told(state);
    state = evolve(state, event);
    const detail = describe(event);
    if (place < beginning || detail === null) continue;
    entries.push({ at: event.effectiveAt, kind: event.type, status: 'done', ...about('subscriptionId' in event.data ? event.data.subscriptionId : ''), detail });
    if (carriesOut.has(event.type)) continue;
    const after = told(state);
    for (const [kind, dueAt] of before) {
      if (after.get(kind) !== dueAt) entries.push({ at: dueAt, kind, status: 'void', detail: 'No longer follows.' });
    }
  }
  return entries;
}

/** The account's own losses as they stand, counting or only planned. */
function told(state: Membership): ReadonlyMap<DeadlineKind, Instant> {
  const known = [...openDeadlines(state), ...plannedDeadlines(state)];
  return new Map(known.filter(({ kind }) => isLossKind(kind) && isAtStake(state, kind)).map(({ kind, dueAt }) => [kind, dueAt]));
}
