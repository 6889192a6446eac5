// The prepaid wallet. Number fees, which it pays, stand with the numbers.
import { event, type EventOf, type Money } from '#kernel';
import type { SubscriptionId } from '../subscriptions/term.js';

/** Money has arrived. `topUpId` is that of its charge where the card was asked for it. */
export const WalletToppedUp = event('WalletToppedUp')<{ topUpId: string; amount: Money }>();

export const AutoRechargeConfigured = event('AutoRechargeConfigured')<{ enabled: boolean; threshold: Money; amount: Money }>();

/** Every open plan is pending or ended: the card rests (R10). */
export const AutoRechargeSuspended = event('AutoRechargeSuspended')<Record<never, never>>();

export const AutoRechargeRestored = event('AutoRechargeRestored')<Record<never, never>>();

/** What the card was asked for because the wallet ran low was collected, and fills it. */
export const WalletRecharged = event('WalletRecharged')<{ chargeId: string; amount: Money }>();

/** Unsent scheduled messages of the plan that ended, cancelled and paid back into the wallet once (R24, R25, A10). */
export const UnsentMessagesCredited = event('UnsentMessagesCredited')<{
  creditId: string;
  subscriptionId: SubscriptionId;
  sms: { count: number; amount: Money };
  rvm: { count: number; amount: Money };
  amount: Money;
}>();

export const walletEvents = [
  WalletToppedUp,
  AutoRechargeConfigured,
  AutoRechargeSuspended,
  AutoRechargeRestored,
  WalletRecharged,
  UnsentMessagesCredited,
] as const;

export type WalletEvent = EventOf<(typeof walletEvents)[number]>;
