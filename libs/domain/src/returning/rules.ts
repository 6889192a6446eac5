// Whoever buys a plan after the last one has ended comes back: what can still be kept is kept, and what is lost is said (R17, A13).
import { isRefusal, refuse } from '#kernel';
import { termsOf } from '../account/state.js';
import type { ChargeEvent } from '../charges/events.js';
import { NumberReleaseWithdrawn, NumberRemoved, type NumberEvent } from '../numbers/events.js';
import { amongThose } from '../numbers/rules.js';
import type { KnownToRetention } from '../retention/state.js';
import type { Rules } from '../subject.js';
import { SubscriptionStarted, type SubscriptionEvent } from '../subscriptions/events.js';
import { charge, firstTerm, offered } from '../subscriptions/rules.js';
import { openOfKind } from '../subscriptions/subscription.js';
import type { ReturningCommands } from './commands.js';

export const returningRules = {
  Subscribe: (state, { subscriptionId, planId, trialDays, keptNumberIds = [], takenNumberIds = [] }, now, { ifYouReturn, policy }) => {
    const plan = offered(policy, planId, termsOf(state).currency);
    if (isRefusal(plan)) return plan;
    const existing = openOfKind(state, plan.kind);
    if (existing) return refuse('already_subscribed', { subscriptionId: existing.subscriptionId });
    const { term, period } = firstTerm(plan, termsOf(state).timeZone, trialDays, now);
    const numberIds = amongThose(state, 'releasing', keptNumberIds);
    const kept = state.lapse && numberIds.length > 0 ? [NumberReleaseWithdrawn(now, { numberIds })] : [];
    const returned = state.lapse && { lapsedAt: state.lapse.at, ...ifYouReturn(kept) };
    const started = SubscriptionStarted(now, { subscriptionId, ...term, trialDays, period, returned });
    const taken = amongThose(state, 'left', takenNumberIds).map((numberId) => NumberRemoved(now, { numberId }));
    return [...taken, started, ...kept, ...(trialDays === null ? [charge(subscriptionId, 1, term, period)] : [])];
  },
} satisfies Rules<KnownToRetention, ReturningCommands, SubscriptionEvent | ChargeEvent | NumberEvent>;
