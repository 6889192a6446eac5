// Plans: started, changed from the next period, past due; and what a period that renews is charged.
import { isRefusal, money, refuse, type Instant, type Refusal } from '#kernel';
import { termsOf } from '../account/state.js';
import { localDateTime, plusLocalDays, plusMonths } from '../calendar.js';
import { monthsIn, type Plan } from '../catalogue.js';
import { CardChargeRequested, type ChargeEvent } from '../charges/events.js';
import { planById, type OfferedPlan, type PolicyInForce } from '../policy-in-force.js';
import { badInput } from '../refusals.js';
import type { Rules } from '../subject.js';
import type { SubscriptionCommands } from './commands.js';
import { PlanChangeScheduled, SubscriptionPastDue, SubscriptionRenewed, type SubscriptionEvent } from './events.js';
import type { KnownToSubscriptions } from './state.js';
import { ofOpenSubscription, type OpenSubscription } from './subscription.js';
import type { Period, Term } from './term.js';

/** A plan that is sold, in the currency of whoever buys it. */
export function offered(policy: PolicyInForce, planId: string, currency: string): OfferedPlan | Refusal<'invalid_request'> {
  const plan = planById(policy, planId);
  if (!plan?.sold) return badInput('/planId', plan ? 'is not sold any more' : 'is not in the catalogue');
  return plan.price.currency === currency ? plan : badInput('/planId', `is sold in ${plan.price.currency}, and the account's currency is ${currency}`);
}

export const subscriptionRules = {
  ChangePlan: ofOpenSubscription((state, { term, nextPlanId, cancellation, period }, { subscriptionId, planId }, now, { policy }) => {
    if (cancellation) return refuse('plan_change_while_cancelling');
    if (planId === (nextPlanId ?? term.planId)) return [];
    const plan = offered(policy, planId, termsOf(state).currency);
    if (isRefusal(plan)) return plan;
    if (plan.kind !== term.kind) return badInput('/planId', `is not a ${term.kind} plan`);
    return [PlanChangeScheduled(now, { subscriptionId, planId, from: period.end })];
  }),

  /** Once a period: each is a debt of its own. A trial is asked no money and owes none. */
  MarkPastDue: ofOpenSubscription((_, { unpaidPeriods, periodNumber, trial, term: { price } }, { subscriptionId }, now) =>
    trial || unpaidPeriods.includes(periodNumber) ? [] : [SubscriptionPastDue(now, { subscriptionId, owed: money(price.amount, price.currency), periodNumber })],
  ),
} satisfies Rules<KnownToSubscriptions, SubscriptionCommands, SubscriptionEvent>;

/** The term that begins now, or when its trial is over (A7), and its first period. */
export function firstTerm({ planId, kind, interval, price }: Plan, timeZone: string, trialDays: number | null, now: Instant): { readonly term: Term; readonly period: Period } {
  const trialEnd = trialDays === null ? null : plusLocalDays(now, timeZone, trialDays);
  const term = { planId, kind, interval, price, timeZone, anchor: localDateTime(trialEnd ?? now, timeZone) };
  return { term, period: { start: now, end: trialEnd ?? plusMonths(term.anchor, timeZone, monthsIn[interval]) } };
}

/** One charge a period, and its idempotency key says which (R10: none is ever made for a pending cancellation). */
export const charge = (subscriptionId: string, periodNumber: number, { price }: Term, period: Period): ChargeEvent =>
  CardChargeRequested(period.start, { chargeId: `${subscriptionId}.${periodNumber}`, purpose: 'plan', subscriptionId, amount: price, period });

/** A period that is over and not cancelled: the next one begins, on the plan that was bought for it. */
export function renew({ subscriptionId, term, period, periodNumber, ...subscription }: OpenSubscription, policy: PolicyInForce): readonly (SubscriptionEvent | ChargeEvent)[] {
  const plan = subscription.nextPlanId === null ? null : planById(policy, subscription.nextPlanId);
  const next: Term = plan?.price.currency === term.price.currency ? { ...term, planId: plan.planId, interval: plan.interval, price: money(plan.price.amount, plan.price.currency) } : term;
  const monthsFromAnchor = subscription.monthsFromAnchor + monthsIn[next.interval];
  const nextPeriod = { start: period.end, end: plusMonths(next.anchor, next.timeZone, monthsFromAnchor) };
  return [
    SubscriptionRenewed(period.end, { subscriptionId, ...next, period: nextPeriod, periodNumber: periodNumber + 1, monthsFromAnchor }),
    charge(subscriptionId, periodNumber + 1, next, nextPeriod),
  ];
}
