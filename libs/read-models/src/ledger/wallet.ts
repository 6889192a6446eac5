// The wallet as its owner sees it.
import { money, type Money } from '#kernel';
import { openCharges, termsOf, type Membership } from '#domain';
import { chargeView, type ChargeView } from '../charges/view.js';

export interface WalletView {
  readonly balance: Money;
  readonly autoRecharge: { readonly enabled: boolean; readonly threshold: Money; readonly amount: Money; readonly suspended: boolean };
  /** What the card was asked for, and nothing is known of yet. */
  readonly openCharges: readonly ChargeView[];
}

export function walletView(state: Membership): WalletView {
  const { currency } = termsOf(state);
  const { balance, autoRecharge } = state.wallet;
  const { enabled, threshold, amount, suspended } = autoRecharge;
  return {
    balance: money(balance, currency),
    autoRecharge: { enabled, threshold: money(threshold, currency), amount: money(amount, currency), suspended },
    openCharges: openCharges(state).map((charge) => chargeView(state, charge)),
  };
}
