// The wallet is filled by the customer, or by the card when it runs low and the account is not on its way out.
import { money, type EventOf, type Instant, type Refusal } from '#kernel';
import { termsOf } from '../account/state.js';
import type { Unsent } from '../facts.js';
import { badInput } from '../refusals.js';
import type { Rules } from '../subject.js';
import { isPending, openSubscriptions } from '../subscriptions/subscription.js';
import type { WalletCommands } from './commands.js';
import { AutoRechargeConfigured, AutoRechargeRestored, AutoRechargeSuspended, UnsentMessagesCredited, WalletRecharged, WalletToppedUp, type WalletEvent } from './events.js';
import type { KnownToWallet } from './state.js';

/** What a wallet may hold, in minor units. */
const balanceMax = 1_000_000_000_000;

const foreignCurrency = (pointer: string, currency: string): Refusal<'invalid_request'> => badInput(pointer, `must be ${currency}, the account's currency`);

export const walletRules = {
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
} satisfies Rules<KnownToWallet, WalletCommands, WalletEvent>;

/** Auto-recharge charges the card, so it rests while every open plan is pending or ended (R10). */
export function recharging(state: KnownToWallet, at: Instant): readonly WalletEvent[] {
  const open = openSubscriptions(state);
  const runs = open.some((one) => !isPending(one));
  const { suspended } = state.wallet.autoRecharge;
  if (open.length > 0 && !runs && !suspended) return [AutoRechargeSuspended(at, {})];
  return runs && suspended ? [AutoRechargeRestored(at, {})] : [];
}

/** The card fills a wallet that `debit` would bring below the threshold; at most once a debit. The key is one among all accounts: many are billed at the same midnight. */
export function rechargeBefore(state: KnownToWallet, debit: number, at: Instant): readonly EventOf<typeof WalletRecharged>[] {
  const { balance, autoRecharge } = state.wallet;
  const { enabled, suspended, threshold, amount } = autoRecharge;
  if (!enabled || suspended || amount === 0 || balance - debit >= threshold) return [];
  return [WalletRecharged(at, { chargeId: `${state.accountId}.recharge.${at}`, amount: money(amount, termsOf(state).currency) })];
}

/** What the unsent messages of a plan that ended are worth goes back into the wallet, once (A10). */
export function creditUnsent(state: KnownToWallet, subscriptionId: string, { sms, rvm }: Unsent, at: Instant): readonly WalletEvent[] {
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
