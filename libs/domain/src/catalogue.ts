// The plans that are sold. What an account bought is written into its events, so a later change here touches nobody's term.
import type { Money } from '#kernel';

export type PlanKind = 'messaging' | 'calling';
export type PlanInterval = 'month' | 'year';
export type Feature = 'messaging.send' | 'campaigns.launch' | 'messaging.tenDlc' | 'dialer';

export interface Plan {
  readonly planId: string;
  readonly name: string;
  readonly kind: PlanKind;
  readonly interval: PlanInterval;
  readonly price: Money;
  readonly features: readonly Feature[];
}

/** What a plan of a kind unlocks while its term runs (R13). */
export const featuresOf: Readonly<Record<PlanKind, readonly Feature[]>> = {
  messaging: ['messaging.send', 'campaigns.launch', 'messaging.tenDlc'],
  calling: ['dialer'],
};

const plan = (kind: PlanKind, interval: PlanInterval, name: string, amount: number): Plan => ({
  planId: `${kind}-${interval === 'month' ? 'monthly' : 'annual'}`,
  name,
  kind,
  interval,
  price: { amount, currency: 'USD' },
  features: featuresOf[kind],
});

export const plans: readonly Plan[] = [
  plan('messaging', 'month', 'Messaging, monthly', 4900),
  plan('messaging', 'year', 'Messaging, annual', 49_000),
  plan('calling', 'month', 'Calling, monthly', 5900),
  plan('calling', 'year', 'Calling, annual', 59_000),
];

export const planById = (planId: string): Plan | undefined => plans.find((candidate) => candidate.planId === planId);

export const monthsIn: Readonly<Record<PlanInterval, number>> = { month: 1, year: 12 };
