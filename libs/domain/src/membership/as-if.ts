// The account as it would be if one plan were cancelled now: what a preview shows is what the same rules then do.
import type { Instant } from '#kernel';
import { termsOf } from '../account/state.js';
import { CancellationRequested, nothingTold } from '../cancellation/events.js';
import type { PolicyInForce } from '../policy-in-force.js';
import { isPending, type Subscription } from '../subscriptions/subscription.js';
import { recharging } from '../wallet/rules.js';
import { fold } from './fold.js';
import type { Membership } from './state.js';
import { telling } from './told.js';

/** A cancellation that is pending already stays as it is. */
export function asIfCancelled(state: Membership, subscription: Subscription, now: Instant, { periods, languages }: PolicyInForce): Membership {
  if (isPending(subscription)) return state;
  const requested = telling(state, CancellationRequested(now, {
    subscriptionId: subscription.subscriptionId,
    planId: subscription.term.planId,
    attemptId: null,
    effectiveAt: subscription.period.end,
    policy: periods,
    timeZone: termsOf(state).timeZone,
    told: nothingTold,
    promised: null,
    reason: null,
    comment: null,
    consent: { disclosures: [], textHash: null, language: languages[0], acknowledgedConsequences: false },
  }));
  const cancelled = fold(state, [requested]);
  return fold(cancelled, recharging(cancelled, now));
}
