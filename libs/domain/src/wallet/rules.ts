// The wallet is filled by the customer, or by the card when it runs low and the account is not on its way out.
import { money, type EventOf, type Instant } from '#kernel';
import type { MembershipEvent } from '../membership/events.js';
import { badInput, type Decision, type Rules } from '../membership/rules.js';
import { openSubscriptions, termsOf, type Membership } from '../membership/state.js';
import { isPending } from '../subscriptions/state.js';
import { AutoRechargeConfigured, AutoRechargeRestored, AutoRechargeSuspended, UnsentMessagesCredited, WalletRecharged, WalletToppedUp } from './events.js';

/** What a wallet may hold, in minor units. */
const balanceMax = 1_000_000_000_000;

const foreignCurrency = (pointer: string, currency: string): Decision => badInput(pointer, `must be ${currency}, the account's currency`);

export const walletRules: Rules<'TopUpWallet' | 'ConfigureAutoRecharge'> = {
  TopUpWallet: (state, { topUpId, amount }, now) => {
    const { currency } = termsOf(state);
    if (amount.currency !== currency) return foreignCurrency('/amount/currency', currency);
    if (state.wallet.balance + amount.amount > balanceMax) return badInput('/amount/amount', 'would overflow the wallet');
    return [WalletToppedUp(now, { topUpId, amount })];
  },

  ConfigureAutoRecharge: (state, { enabled, threshold, amount }, now) => {
    const { currency } = termsOf(state);
    if (threshold.currency !== currency) return foreignCurrency('/threshold/currency', currency);
    if (amount.currency !== currency) return foreignCurrency('/amount/currency', currency);
    return [AutoRechargeConfigured(now, { enabled, threshold, amount })];
  },
};

/** Auto-recharge charges the card, so it rests while every open plan is pending or ended (R10). */
export function recharging(state: Membership, at: Instant): readonly MembershipEvent[] {
  const open = openSubscriptions(state);
  const runs = open.some((one) => !isPending(one));
  const { suspended } = state.wallet.autoRecharge;
  if (open.length > 0 && !runs && !suspended) return [AutoRechargeSuspended(at, {})];
  return runs && suspended ? [AutoRechargeRestored(at, {})] : [];
}

/** The card fills a wallet that `debit` would bring below the threshold; at most once a debit. The key is one among all accounts: many are billed at the same midnight. */
export function rechargeBefore(state: Membership, debit: number, at: Instant): readonly EventOf<typeof WalletRecharged>[] {
  const { balance, autoRecharge } = state.wallet;
  const { enabled, suspended, threshold, amount } = autoRecharge;
  if (!enabled || suspended || amount === 0 || balance - debit >= threshold) return [];
  return [WalletRecharged(at, { chargeId: `${state.accountId}.recharge.${at}`, amount: money(amount, termsOf(state).currency) })];
}

/** Scheduled and not reported as sent; amounts in minor units. */
export interface Unsent {
  readonly sms: { readonly count: number; readonly amount: number };
  readonly rvm: { readonly count: number; readonly amount: number };
}

export const nothingUnsent: Unsent = { sms: { count: 0, amount: 0 }, rvm: { count: 0, amount: 0 } };

/** What the unsent messages of a plan that ended are worth goes back into the wallet, once (A10). */
export function creditUnsent(state: Membership, subscriptionId: string, { sms, rvm }: Unsent, at: Instant): readonly MembershipEvent[] {
  if (sms.count + rvm.count === 0) return [];
  const { currency } = termsOf(state);
  const part = ({ count, amount }: Unsent['sms']) => ({ count, amount: money(amount, currency) });
  return [
    UnsentMessagesCredited(at, {
      creditId: `${subscriptionId}.credit`,
      subscriptionId,
      sms: part(sms),
      rvm: part(rvm),
      amount: money(sms.amount + rvm.amount, currency),
    }),
  ];
}
