// Plans: bought, changed from the next period, past due, paid; and what the end of a period means.
import { money, refuse, type Instant } from '#kernel';
import { localDateTime, plusLocalDays, plusMonths } from '../calendar.js';
import { monthsIn, planById, type Plan } from '../catalogue.js';
import type { MembershipEvent } from '../membership/events.js';
import { fold } from '../membership/evolve.js';
import { ifYouReturn } from '../membership/return.js';
import { badInput, withOpenSubscription, withSubscription, type Rules } from '../membership/rules.js';
import { NumberReleaseWithdrawn, NumberRemoved } from '../numbers/events.js';
import { openOfKind, openSubscriptions, termsOf, type Membership } from '../membership/state.js';
import { CardChargeRequested, PeriodEnded, PlanChangeScheduled, SubscriptionPaid, SubscriptionPastDue, SubscriptionRenewed, SubscriptionStarted } from './events.js';
import type { Subscription, Term } from './state.js';

const unknownPlan = badInput('/planId', 'is not in the catalogue');

const termOf = ({ planId, kind, interval, price }: Plan, timeZone: string, anchorAt: Instant): Term => ({
  planId,
  kind,
  interval,
  price,
  timeZone,
  anchor: localDateTime(anchorAt, timeZone),
});

/** One charge a period, and its idempotency key says which (R10: none is ever made for a pending cancellation). */
const charge = (subscriptionId: string, periodNumber: number, { price }: Term, period: Subscription['period']): MembershipEvent =>
  CardChargeRequested(period.start, { chargeId: `${subscriptionId}.${periodNumber}`, subscriptionId, amount: price, period });

const beingReleased = ({ numbers }: Membership, ids: readonly string[]): readonly string[] =>
  numbers.all.filter(({ numberId, status }) => status === 'releasing' && ids.includes(numberId)).map(({ numberId }) => numberId);

/** Of the numbers that were left alone, those that are not there any more for who comes back. */
const takenMeanwhile = ({ numbers }: Membership, ids: readonly string[]): readonly string[] =>
  numbers.all.filter(({ numberId, status }) => status === 'left' && ids.includes(numberId)).map(({ numberId }) => numberId);

export const subscriptionRules: Rules<'Subscribe' | 'ChangePlan' | 'MarkPastDue' | 'MarkPaid'> = {
  Subscribe: (state, { subscriptionId, planId, trialDays, keptNumberIds = [], takenNumberIds = [] }, now) => {
    const plan = planById(planId);
    if (!plan) return unknownPlan;
    const existing = openOfKind(state, plan.kind);
    if (existing) return refuse('already_subscribed', { subscriptionId: existing.subscriptionId });
    const { timeZone } = termsOf(state);
    const trialEnd = trialDays === null ? null : plusLocalDays(now, timeZone, trialDays);
    const term = termOf(plan, timeZone, trialEnd ?? now);
    const period = { start: now, end: trialEnd ?? plusMonths(term.anchor, timeZone, monthsIn[plan.interval]) };
    const numberIds = beingReleased(state, keptNumberIds);
    const kept = state.lapse && numberIds.length > 0 ? [NumberReleaseWithdrawn(now, { numberIds })] : [];
    const returned = state.lapse ? { lapsedAt: state.lapse.at, ...ifYouReturn(fold(state, kept)) } : null;
    const started = SubscriptionStarted(now, { subscriptionId, ...term, trialDays, period, returned });
    const taken = takenMeanwhile(state, takenNumberIds).map((numberId) => NumberRemoved(now, { numberId }));
    return [...taken, started, ...kept, ...(trialEnd ? [] : [charge(subscriptionId, 1, term, period)])];
  },

  ChangePlan: (state, { subscriptionId, planId }, now) =>
    withOpenSubscription(state, subscriptionId, ({ term, nextPlanId, cancellation, period }) => {
      if (cancellation) return refuse('plan_change_while_cancelling');
      const plan = planById(planId);
      if (!plan) return unknownPlan;
      if (plan.kind !== term.kind) return badInput('/planId', `is not a ${term.kind} plan`);
      if (planId === (nextPlanId ?? term.planId)) return [];
      return [PlanChangeScheduled(now, { subscriptionId, planId, from: period.end })];
    }),

  /** Once a period: each is a debt of its own. A trial is asked no money and owes none. */
  MarkPastDue: (state, { subscriptionId }, now) =>
    withOpenSubscription(state, subscriptionId, ({ pastDuePeriod, periodNumber, trial, term: { price } }) =>
      trial || pastDuePeriod === periodNumber ? [] : [SubscriptionPastDue(now, { subscriptionId, owed: money(price.amount, price.currency) })],
    ),

  /** A debt outlives the plan; settling it opens nothing (A21). */
  MarkPaid: (state, { subscriptionId }, now) =>
    withSubscription(state, subscriptionId, ({ pastDuePeriod, endedAt }) => {
      if (pastDuePeriod !== null) return [SubscriptionPaid(now, { subscriptionId })];
      return endedAt === null ? [] : refuse('subscription_ended', { endedAt });
    }),
};

/** A period that is over renews, or ends the plan if its cancellation is pending: one mechanism for both (R9). */
export function endPeriod(state: Membership, subscription: Subscription): readonly MembershipEvent[] {
  const { subscriptionId, term, period, cancellation, periodNumber } = subscription;
  if (cancellation) {
    const lastPlan = openSubscriptions(state).length === 1;
    return [PeriodEnded(period.end, { subscriptionId, planId: term.planId, lastPlan })];
  }
  const plan = subscription.nextPlanId === null ? null : planById(subscription.nextPlanId);
  const next: Term = plan ? { ...term, planId: plan.planId, interval: plan.interval, price: money(plan.price.amount, plan.price.currency) } : term;
  const monthsFromAnchor = subscription.monthsFromAnchor + monthsIn[next.interval];
  const nextPeriod = { start: period.end, end: plusMonths(next.anchor, next.timeZone, monthsFromAnchor) };
  return [
    SubscriptionRenewed(period.end, { subscriptionId, ...next, period: nextPeriod, periodNumber: periodNumber + 1, monthsFromAnchor }),
    charge(subscriptionId, periodNumber + 1, next, nextPeriod),
  ];
}
