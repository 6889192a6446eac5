// The end of a period: a plan whose cancellation is pending ends, any other renews; one mechanism for both (R9).
import type { ChargeEvent } from '../charges/events.js';
import { nothingUnsent } from '../facts.js';
import { recurrence } from '../consequence.js';
import { PeriodEnded, type SubscriptionEvent } from '../subscriptions/events.js';
import { renew } from '../subscriptions/rules.js';
import { isOpen, openSubscriptions, subscriptionById } from '../subscriptions/subscription.js';
import type { WalletEvent } from '../wallet/events.js';
import { creditUnsent } from '../wallet/rules.js';
import type { KnownToCancellation } from './state.js';

export const periodEnd = recurrence<KnownToCancellation, SubscriptionEvent | ChargeEvent | WalletEvent>()('period-end', {
  waiting: (state) => openSubscriptions(state).map(({ subscriptionId, periodNumber, period }) => ({ subject: subscriptionId, generation: periodNumber, dueAt: period.end })),
  fires: (state, { subject, dueAt }, { unsent, policy }) => {
    const subscription = subscriptionById(state, subject);
    if (!subscription || !isOpen(subscription)) return [];
    const { subscriptionId, term, cancellation } = subscription;
    if (!cancellation) return renew(subscription, policy);
    const lastPlan = openSubscriptions(state).length === 1;
    const ended = PeriodEnded(dueAt, { subscriptionId, planId: term.planId, lastPlan });
    return [ended, ...creditUnsent(state, subscriptionId, unsent[term.kind] ?? nothingUnsent, dueAt)];
  },
  foretold: (state, subject) => {
    const subscription = subscriptionById(state, subject);
    if (!subscription) return null;
    const { term, cancellation, nextPlanId } = subscription;
    return cancellation ? { planId: term.planId, ends: true } : { planId: nextPlanId ?? term.planId, ends: false };
  },
  takesAccess: (state, subject) => Boolean(subscriptionById(state, subject)?.cancellation),
});
