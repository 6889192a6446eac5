// The wallet is filled by money that has arrived; the card is asked for some when it runs low or its owner wants it, and the account is not on its way out.
import { money, refuse, type Instant, type Refusal } from '#kernel';
import { termsOf } from '../account/state.js';
import { CardChargeRequested, type ChargeEvent } from '../charges/events.js';
import { openCharges } from '../charges/state.js';
import type { Unsent } from '../facts.js';
import { badInput } from '../refusals.js';
import type { Rules } from '../subject.js';
import { isPending, openSubscriptions } from '../subscriptions/subscription.js';
import type { WalletCommands } from './commands.js';
import { AutoRechargeConfigured, AutoRechargeRestored, AutoRechargeSuspended, UnsentMessagesCredited, WalletToppedUp, type WalletEvent } from './events.js';
import type { KnownToWallet } from './state.js';

/** What a wallet may hold, in minor units. */
const balanceMax = 1_000_000_000_000;

/** How many top-ups the card may be asked for before something is known of them: whoever tries cards out comes no further. */
const openTopUpsMost = 20;

/** Whether the wallet holds `amount` more, and all that the card was asked for and may still bring. */
function hasRoom(state: KnownToWallet, amount: number): boolean {
  const coming = openCharges(state, 'auto-recharge', 'top-up').reduce((sum, charge) => sum + charge.amount, 0);
  return state.wallet.balance + coming + amount <= balanceMax;
}

const foreignCurrency = (pointer: string, currency: string): Refusal<'invalid_request'> => badInput(pointer, `must be ${currency}, the account's currency`);

const overflow = badInput('/amount/amount', 'would overflow the wallet');

export const walletRules = {
  TopUpWallet: (state, { topUpId, amount }, now) => {
    const { currency } = termsOf(state);
    if (amount.currency !== currency) return foreignCurrency('/amount/currency', currency);
    if (!hasRoom(state, amount.amount)) return overflow;
    return [WalletToppedUp(now, { topUpId, amount })];
  },

  /** The wallet is credited when it is collected. Once no plan will renew, no card is charged for anything (R10). */
  RequestTopUp: (state, { chargeId, amount }, now) => {
    const { currency } = termsOf(state);
    if (amount.currency !== currency) return foreignCurrency('/amount/currency', currency);
    if (state.wallet.autoRecharge.suspended) return refuse('auto_recharge_suspended');
    if (openCharges(state, 'top-up').length >= openTopUpsMost) return refuse('too_many_open_charges');
    if (!hasRoom(state, amount.amount)) return overflow;
    return [CardChargeRequested(now, { chargeId, purpose: 'top-up', amount })];
  },

  ConfigureAutoRecharge: (state, { enabled, threshold, amount }, now) => {
    const { currency } = termsOf(state);
    if (threshold.currency !== currency) return foreignCurrency('/threshold/currency', currency);
    if (amount.currency !== currency) return foreignCurrency('/amount/currency', currency);
    const { enabled: is, threshold: at, amount: by } = state.wallet.autoRecharge;
    if (enabled === is && threshold.amount === at && amount.amount === by) return [];
    return [AutoRechargeConfigured(now, { enabled, threshold, amount })];
  },
} satisfies Rules<KnownToWallet, WalletCommands, WalletEvent | ChargeEvent>;

/** Auto-recharge charges the card, so it rests while every open plan is pending or ended (R10). */
export function recharging(state: KnownToWallet, at: Instant): readonly WalletEvent[] {
  const open = openSubscriptions(state);
  const runs = open.some((one) => !isPending(one));
  const { suspended } = state.wallet.autoRecharge;
  if (open.length > 0 && !runs && !suspended) return [AutoRechargeSuspended(at, {})];
  return runs && suspended ? [AutoRechargeRestored(at, {})] : [];
}

/**
 * The card is asked to fill a wallet that `debit` would bring below the threshold: once, until something is known of it. If that fails, the next debit asks
 * again. The key is one among all accounts: many are billed at the same midnight.
 */
export function rechargeBefore(state: KnownToWallet, debit: number, at: Instant): readonly ChargeEvent[] {
  const { balance, autoRecharge } = state.wallet;
  const { enabled, suspended, threshold, amount } = autoRecharge;
  if (!enabled || suspended || amount === 0 || balance - debit >= threshold) return [];
  if (openCharges(state, 'auto-recharge').length > 0 || !hasRoom(state, amount)) return [];
  return [CardChargeRequested(at, { chargeId: `${state.accountId}.recharge.${at}`, purpose: 'auto-recharge', amount: money(amount, termsOf(state).currency) })];
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
