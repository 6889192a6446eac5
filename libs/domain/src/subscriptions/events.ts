// What can happen to a plan's term.
import { event, type EventOf, type Instant, type Money } from '#kernel';
import type { Period, SubscriptionId, Term } from './term.js';

/** What a returning account still had, and what it had lost, when it came back (A13). */
export interface Return {
  readonly lapsedAt: Instant;
  readonly kept: readonly string[];
  readonly lost: readonly string[];
}

export const SubscriptionStarted = event('SubscriptionStarted')<
  Term & {
    subscriptionId: SubscriptionId;
    trialDays: number | null;
    period: Period;
    /** Not null when the account had no plan left and comes back (R17). */
    returned: Return | null;
  }
>();

export const SubscriptionRenewed = event('SubscriptionRenewed')<
  Term & {
    subscriptionId: SubscriptionId;
    period: Period;
    periodNumber: number;
    monthsFromAnchor: number;
  }
>();

export const PlanChangeScheduled = event('PlanChangeScheduled')<{
  subscriptionId: SubscriptionId;
  planId: string;
  /** The end of the current period. */
  from: Instant;
}>();

export const SubscriptionPastDue = event('SubscriptionPastDue')<{
  subscriptionId: SubscriptionId;
  /** For one period. The debt is recorded; collecting it is not ours (A15). */
  owed: Money;
  /** Which; `null`: written before that was noted, the one that was current. */
  periodNumber: number | null;
}>({ past: [(data) => ({ ...data, periodNumber: null })] });

export const SubscriptionPaid = event('SubscriptionPaid')<{
  subscriptionId: SubscriptionId;
  /** The period whose debt is settled; `null`: all that was owed. */
  periodNumber: number | null;
}>({ past: [(data) => ({ ...data, periodNumber: null })] });

/** The cancellation takes effect for one plan. */
export const PeriodEnded = event('PeriodEnded')<{
  subscriptionId: SubscriptionId;
  planId: string;
  /** Whether it was the last plan of the account, so that its deadlines count from here (A4). */
  lastPlan: boolean;
}>();

export const subscriptionEvents = [
  SubscriptionStarted,
  SubscriptionRenewed,
  PlanChangeScheduled,
  SubscriptionPastDue,
  SubscriptionPaid,
  PeriodEnded,
] as const;

export type SubscriptionEvent = EventOf<(typeof subscriptionEvents)[number]>;
