// One term of an account on one plan.
import type { Instant, Money } from '#kernel';
import type { LocalDateTime, TimeZone } from '../calendar.js';
import type { PlanInterval, PlanKind } from '../catalogue.js';
import type { Told } from '../cancellation/events.js';
import type { ReasonCode } from '../cancellation/reasons.js';
import type { Policy } from '../policy.js';

export type SubscriptionId = string;

/** Half-open: `[start, end)` (A18). */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

/** What is billed, and how its periods are counted. */
export interface Term {
  readonly planId: string;
  readonly kind: PlanKind;
  readonly interval: PlanInterval;
  readonly price: Money;
  readonly timeZone: TimeZone;
  /** Wall clock of the first paid period's start; all periods are counted from here and never drift. */
  readonly anchor: LocalDateTime;
}

export interface PendingCancellation {
  readonly requestedAt: Instant;
  readonly effectiveAt: Instant;
  readonly reason: ReasonCode | null;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  readonly told: Told['consequences'];
  readonly attemptId: string | null;
}

export interface Subscription {
  readonly subscriptionId: SubscriptionId;
  readonly term: Term;
  /** Lifecycle of the account in which this term began; a new one begins with every return. */
  readonly lifecycle: number;
  readonly startedAt: Instant;
  readonly trial: boolean;
  /** Number of the last period found unpaid; `null`: nothing is owed. */
  readonly pastDuePeriod: number | null;
  readonly period: Period;
  /** 1 for the first period (a trial counts as one). */
  readonly periodNumber: number;
  /** Whole months from the anchor to the end of the current period; 0 during a trial. */
  readonly monthsFromAnchor: number;
  /** Bought for the next period, if another than the current one. */
  readonly nextPlanId: string | null;
  readonly cancellation: PendingCancellation | null;
  readonly endedAt: Instant | null;
}

export type SubscriptionStatus = 'trialing' | 'active' | 'past_due' | 'ended';

export function statusOf({ endedAt, trial, pastDuePeriod }: Subscription): SubscriptionStatus {
  if (endedAt !== null) return 'ended';
  if (trial) return 'trialing';
  return pastDuePeriod === null ? 'active' : 'past_due';
}

export const isOpen = (subscription: Subscription): boolean => subscription.endedAt === null;

export const isPending = (subscription: Subscription): boolean => isOpen(subscription) && subscription.cancellation !== null;
