// Plans: started, changed from the next period, past due, paid; and what a period that renews is charged.
import { money, refuse, type Instant } from '#kernel';
import { localDateTime, plusLocalDays, plusMonths } from '../calendar.js';
import { monthsIn, planById, type Plan } from '../catalogue.js';
import { badInput } from '../refusals.js';
import type { Rules } from '../subject.js';
import type { SubscriptionCommands } from './commands.js';
import { CardChargeRequested, PlanChangeScheduled, SubscriptionPaid, SubscriptionPastDue, SubscriptionRenewed, type SubscriptionEvent } from './events.js';
import type { KnownToSubscriptions } from './state.js';
import { ofOpenSubscription, ofSubscription, type OpenSubscription } from './subscription.js';
import type { Period, Term } from './term.js';

export const unknownPlan = badInput('/planId', 'is not in the catalogue');

export const subscriptionRules = {
  ChangePlan: ofOpenSubscription((_, { term, nextPlanId, cancellation, period }, { subscriptionId, planId }, now) => {
    if (cancellation) return refuse('plan_change_while_cancelling');
    const plan = planById(planId);
    if (!plan) return unknownPlan;
    if (plan.kind !== term.kind) return badInput('/planId', `is not a ${term.kind} plan`);
    if (planId === (nextPlanId ?? term.planId)) return [];
    return [PlanChangeScheduled(now, { subscriptionId, planId, from: period.end })];
  }),

  /** Once a period: each is a debt of its own. A trial is asked no money and owes none. */
  MarkPastDue: ofOpenSubscription((_, { pastDuePeriod, periodNumber, trial, term: { price } }, { subscriptionId }, now) =>
    trial || pastDuePeriod === periodNumber ? [] : [SubscriptionPastDue(now, { subscriptionId, owed: money(price.amount, price.currency) })],
  ),

  /** A debt outlives the plan; settling it opens nothing (A21). */
  MarkPaid: ofSubscription((_, { pastDuePeriod, endedAt }, { subscriptionId }, now) => {
    if (pastDuePeriod !== null) return [SubscriptionPaid(now, { subscriptionId })];
    return endedAt === null ? [] : refuse('subscription_ended', { endedAt });
  }),
} satisfies Rules<KnownToSubscriptions, SubscriptionCommands, SubscriptionEvent>;

/** The term that begins now, or when its trial is over (A7), and its first period. */
export function firstTerm({ planId, kind, interval, price }: Plan, timeZone: string, trialDays: number | null, now: Instant): { readonly term: Term; readonly period: Period } {
  const trialEnd = trialDays === null ? null : plusLocalDays(now, timeZone, trialDays);
  const term = { planId, kind, interval, price, timeZone, anchor: localDateTime(trialEnd ?? now, timeZone) };
  return { term, period: { start: now, end: trialEnd ?? plusMonths(term.anchor, timeZone, monthsIn[interval]) } };
}

/** One charge a period, and its idempotency key says which (R10: none is ever made for a pending cancellation). */
export const charge = (subscriptionId: string, periodNumber: number, { price }: Term, period: Period): SubscriptionEvent =>
  CardChargeRequested(period.start, { chargeId: `${subscriptionId}.${periodNumber}`, subscriptionId, amount: price, period });

/** A period that is over and not cancelled: the next one begins, on the plan that was bought for it. */
export function renew({ subscriptionId, term, period, periodNumber, ...subscription }: OpenSubscription): readonly SubscriptionEvent[] {
  const plan = subscription.nextPlanId === null ? null : planById(subscription.nextPlanId);
  const next: Term = plan ? { ...term, planId: plan.planId, interval: plan.interval, price: money(plan.price.amount, plan.price.currency) } : term;
  const monthsFromAnchor = subscription.monthsFromAnchor + monthsIn[next.interval];
  const nextPeriod = { start: period.end, end: plusMonths(next.anchor, next.timeZone, monthsFromAnchor) };
  return [
    SubscriptionRenewed(period.end, { subscriptionId, ...next, period: nextPeriod, periodNumber: periodNumber + 1, monthsFromAnchor }),
    charge(subscriptionId, periodNumber + 1, next, nextPeriod),
  ];
}
