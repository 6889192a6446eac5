// Folds what happened into what is known of the plans.
import type { Instant } from '#kernel';
import { termsOf } from '../account/state.js';
import { localDay } from '../calendar.js';
import type { CancellationRequested, SubscriptionResumed } from '../cancellation/events.js';
import { monthsIn } from '../catalogue.js';
import type { LossAnnounced } from '../retention/events.js';
import type { Folds } from '../subject.js';
import type { subscriptionEvents } from './events.js';
import { noSubscriptions, type KnownToSubscriptions, type Lapse, type SubscriptionsState } from './state.js';
import { isOpen, latestTold, openSubscriptions, promisedPolicy, type Subscription } from './subscription.js';
import type { SubscriptionId, Term } from './term.js';

const termFrom = ({ planId, kind, interval, price, timeZone, anchor }: Term): Term => ({ planId, kind, interval, price, timeZone, anchor });

const changed = ({ subscriptions }: SubscriptionsState, id: SubscriptionId, change: (subscription: Subscription) => Partial<Subscription>) => ({
  subscriptions: subscriptions.map((one) => (one.subscriptionId === id ? { ...one, ...change(one) } : one)),
});

/** `L` has come with the end of the last plan that was open. */
function lapseAt(subscriptions: readonly Subscription[], lifecycle: number, at: Instant): Lapse | null {
  if (openSubscriptions({ subscriptions }).length > 0) return null;
  const ended = subscriptions.filter((one) => one.lifecycle === lifecycle && !isOpen(one));
  const promised = promisedPolicy(ended.toSorted((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? -1 : 1)));
  return promised && { at, ...promised };
}

type EventsHere = (typeof subscriptionEvents)[number] | typeof CancellationRequested | typeof SubscriptionResumed | typeof LossAnnounced;

export const subscriptionFolds: Folds<SubscriptionsState, KnownToSubscriptions, EventsHere> = {
  SubscriptionStarted: (state, data, at) => {
    const lifecycle = state.lapse !== null || state.purgedBefore ? state.lifecycle + 1 : state.lifecycle;
    const { timeZone, numberBillingAnchorDay } = termsOf(state);
    const subscription: Subscription = {
      subscriptionId: data.subscriptionId,
      term: termFrom(data),
      lifecycle,
      startedAt: at,
      trial: data.trialDays !== null,
      unpaidPeriods: [],
      period: data.period,
      periodNumber: 1,
      monthsFromAnchor: data.trialDays === null ? monthsIn[data.interval] : 0,
      nextPlanId: null,
      cancellation: null,
      endedAt: null,
    };
    return {
      lifecycle,
      lapse: null,
      purgedBefore: false,
      anchorDay: state.anchorDay ?? numberBillingAnchorDay ?? localDay(at, timeZone),
      subscriptions: [...state.subscriptions, subscription],
    };
  },
  SubscriptionRenewed: (state, data) =>
    changed(state, data.subscriptionId, () => ({
      term: termFrom(data),
      trial: false,
      period: data.period,
      periodNumber: data.periodNumber,
      monthsFromAnchor: data.monthsFromAnchor,
      nextPlanId: null,
    })),
  PlanChangeScheduled: (state, { subscriptionId, planId }) =>
    changed(state, subscriptionId, ({ term }) => ({ nextPlanId: planId === term.planId ? null : planId })),
  SubscriptionPastDue: (state, { subscriptionId, periodNumber: unpaid }) =>
    changed(state, subscriptionId, ({ unpaidPeriods, periodNumber }) => ({ unpaidPeriods: [...unpaidPeriods, unpaid ?? periodNumber] })),
  SubscriptionPaid: (state, { subscriptionId, periodNumber: paid }) =>
    changed(state, subscriptionId, ({ unpaidPeriods }) => ({ unpaidPeriods: paid === null ? [] : unpaidPeriods.filter((one) => one !== paid) })),
  PeriodEnded: (state, { subscriptionId }, at) => {
    const { subscriptions } = changed(state, subscriptionId, () => ({ endedAt: at }));
    return { subscriptions, lapse: lapseAt(subscriptions, state.lifecycle, at) };
  },
  CancellationRequested: (state, { subscriptionId, effectiveAt, reason, policy, timeZone, told, attemptId }, at) =>
    changed(state, subscriptionId, () => ({ cancellation: { requestedAt: at, effectiveAt, reason, policy, timeZone, told: told.consequences, attemptId } })),
  SubscriptionResumed: (state, { subscriptionId }) => changed(state, subscriptionId, () => ({ cancellation: null })),
  // An announcement says when, as the cancellation did.
  LossAnnounced: ({ lapse }, { loss, at }) => ({ lapse: lapse && { ...lapse, told: latestTold(lapse.told, { [loss]: at }) } }),
  DataPurged: ({ lifecycle }) => ({ ...noSubscriptions, lifecycle, purgedBefore: true }),
};
