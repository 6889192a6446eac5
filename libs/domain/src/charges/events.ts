// What is asked of the card, and what became of it.
import { event, type EventOf, type Money } from '#kernel';
import type { Period, SubscriptionId } from '../subscriptions/term.js';

/** `plan` pays a period; the others go into the wallet once they are collected. */
export type ChargePurpose = 'plan' | WalletPurpose;

/** The wallet ran low, or its owner asked. */
export type WalletPurpose = 'auto-recharge' | 'top-up';

/** `chargeId`: one among all accounts, and the payment system's idempotency key. */
type ChargeOf<Plan> = { chargeId: string; amount: Money } & (({ purpose: 'plan'; subscriptionId: SubscriptionId } & Plan) | { purpose: WalletPurpose });

/** To be collected by the payment system, which tells what came of it. */
export const CardChargeRequested = event('CardChargeRequested')<ChargeOf<{ period: Period }>>({
  // In the first version every charge was for a plan.
  past: [(data) => ({ ...data, purpose: 'plan' })],
});

/** The money has arrived, once: what a charge pays or fills follows with it. */
export const ChargeCollected = event('ChargeCollected')<ChargeOf<unknown>>();

/** The payment system could not collect. It may collect later all the same; the card is not asked again. */
export const ChargeFailed = event('ChargeFailed')<ChargeOf<unknown>, {
  /** Why, in the words of the payment system. */
  reason: string;
}>({ personal: { reason: true } });

export const chargeEvents = [CardChargeRequested, ChargeCollected, ChargeFailed] as const;

export type ChargeEvent = EventOf<(typeof chargeEvents)[number]>;
