// Data is kept for a year after the last plan, unless a legal hold stops the purge; then it is gone.
import { dayMs, plusMs, refuse, type Instant } from '#kernel';
import type { OpenDeadline, Reminder } from '../membership/consequences.js';
import type { MembershipEvent } from '../membership/events.js';
import { badInput, type Rules } from '../membership/rules.js';
import { openSubscriptions, type Membership } from '../membership/state.js';
import { DataPurged, LegalHoldLifted, LegalHoldPlaced, LossAnnounced, PurgeStarted } from './events.js';

export const retentionRules: Rules<'PlaceLegalHold' | 'LiftLegalHold' | 'StartErasure' | 'CompletePurge'> = {
  PlaceLegalHold: (_, { holdId, reason, reviewAt }, now) =>
    reviewAt < now ? badInput('/reviewAt', 'must not be in the past') : [LegalHoldPlaced(now, { holdId, reason, reviewAt })],

  LiftLegalHold: ({ holds }, { holdId }, now) => (holds.some((one) => one.holdId === holdId) ? [LegalHoldLifted(now, { holdId })] : refuse('not_found')),

  StartErasure: (state, { basis }, now) =>
    openSubscriptions(state).length > 0 ? refuse('subscription_open') : startPurge(state, basis, now, now),

  CompletePurge: ({ purge }, { counts }, now) =>
    purge && purge.purgedAt === null ? [DataPurged(now, { purgeId: purge.purgeId, counts })] : [],
};

/** Unreadable from `due` on; the deletion itself is done outside and told by `CompletePurge`. */
export const startPurge = (state: Membership, basis: string, due: Instant, now: Instant): readonly MembershipEvent[] => [
  PurgeStarted(now, { purgeId: `${state.accountId}.${state.life}`, basis, due }),
];

/** Something irreversible is near: said once, on its day. */
export const announce = ({ loss, daysLeft }: Reminder, { dueAt, subject, generation }: OpenDeadline): readonly MembershipEvent[] => [
  LossAnnounced(dueAt, { loss, at: plusMs(dueAt, daysLeft * dayMs), daysLeft, subject, generation }),
];
