// What a plan can be. Which are sold, and for how much, the policy says; what an account bought is written into its events, so a later policy touches nobody's term.
import type { Money } from '#kernel';

export const planKinds = ['messaging', 'calling'] as const;
export type PlanKind = (typeof planKinds)[number];

export const planIntervals = ['month', 'year'] as const;
export type PlanInterval = (typeof planIntervals)[number];

export type Feature = 'messaging.send' | 'campaigns.launch' | 'messaging.tenDlc' | 'dialer';

export interface Plan {
  readonly planId: string;
  readonly kind: PlanKind;
  readonly interval: PlanInterval;
  readonly price: Money;
}

/** What a plan of a kind unlocks while its term runs (R13). */
export const featuresOf: Readonly<Record<PlanKind, readonly Feature[]>> = {
  messaging: ['messaging.send', 'campaigns.launch', 'messaging.tenDlc'],
  calling: ['dialer'],
};

export const monthsIn: Readonly<Record<PlanInterval, number>> = { month: 1, year: 12 };
