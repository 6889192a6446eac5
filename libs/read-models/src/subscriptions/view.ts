// A subscription as callers see it.
import type { Instant, Money } from '#kernel';
import { isPending, statusOf, type PlanInterval, type PlanKind, type Subscription, type SubscriptionStatus } from '#domain';

/** How plans are called, by their ids. */
export type PlanNames = (planId: string) => string;

export interface SubscriptionView {
  readonly subscriptionId: string;
  readonly planId: string;
  readonly planName: string;
  readonly kind: PlanKind;
  readonly interval: PlanInterval;
  readonly price: Money;
  readonly status: SubscriptionStatus;
  readonly startedAt: Instant;
  readonly currentPeriod: { readonly start: Instant; readonly end: Instant };
  readonly cancellation: CancellationView | null;
  readonly cancelAtPeriodEnd: boolean;
  /** Bought for the next period, if another than the current one. */
  readonly nextPlanId: string | null;
  readonly endedAt: Instant | null;
}

export interface CancellationView {
  readonly requestedAt: Instant;
  readonly effectiveAt: Instant;
  readonly reason: { readonly code: string } | null;
}

export const subscriptionView = (subscription: Subscription, nameOf: PlanNames): SubscriptionView => {
  const { subscriptionId, term, startedAt, period, cancellation, nextPlanId, endedAt } = subscription;
  return {
    subscriptionId,
    planId: term.planId,
    planName: nameOf(term.planId),
    kind: term.kind,
    interval: term.interval,
    price: term.price,
    status: statusOf(subscription),
    startedAt,
    currentPeriod: { start: period.start, end: period.end },
    cancellation: cancellation && {
      requestedAt: cancellation.requestedAt,
      effectiveAt: cancellation.effectiveAt,
      reason: cancellation.reason && { code: cancellation.reason },
    },
    cancelAtPeriodEnd: isPending(subscription),
    nextPlanId,
    endedAt,
  };
};
