// Folds what happened into what is known of attempts.
import type { Instant } from '#kernel';
import type { Folds } from '../subject.js';
import type { PeriodEnded, SubscriptionRenewed } from '../subscriptions/events.js';
import { isOpen, subscriptionById } from '../subscriptions/subscription.js';
import type { cancellationEvents } from './events.js';
import { noAttempts, type CancellationState, type KnownToCancellation } from './state.js';

/** What can no longer be confirmed is kept no longer; of what became of it the log tells. */
const confirmable = (state: KnownToCancellation, at: Instant): CancellationState => ({
  attempts: state.attempts.filter(({ subscriptionId, expiresAt, effectiveAt }) => {
    const subscription = subscriptionById(state, subscriptionId);
    return at < expiresAt && subscription !== undefined && isOpen(subscription) && subscription.period.end === effectiveAt;
  }),
});

type EventsHere = (typeof cancellationEvents)[number] | typeof SubscriptionRenewed | typeof PeriodEnded;

export const cancellationFolds: Folds<CancellationState, KnownToCancellation, EventsHere> = {
  CancellationAttempted: (state, { attemptId, subscriptionId, reason, language, expiresAt }, at) => ({
    attempts: [
      ...confirmable(state, at).attempts,
      { attemptId, subscriptionId, reason, language, expiresAt, effectiveAt: subscriptionById(state, subscriptionId)?.period.end ?? null },
    ],
  }),
  CancellationRequested: (state, data, at) => ({ attempts: confirmable(state, at).attempts.filter(({ attemptId }) => attemptId !== data.attemptId) }),
  SubscriptionResumed: (state, _, at) => confirmable(state, at),
  SubscriptionRenewed: (state, _, at) => confirmable(state, at),
  PeriodEnded: (state, _, at) => confirmable(state, at),
  DataPurged: () => noAttempts,
};
