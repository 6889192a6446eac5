// The prepaid wallet: what is in it, and when the card fills it.
import type { KnownToCharges } from '../charges/state.js';

export interface Wallet {
  /** Minor units of the account's currency, never below zero. */
  readonly balance: number;
  readonly autoRecharge: { readonly enabled: boolean; readonly threshold: number; readonly amount: number; readonly suspended: boolean };
}

export interface WalletState {
  readonly wallet: Wallet;
}

export type KnownToWallet = KnownToCharges & WalletState;

export const emptyWallet: WalletState = { wallet: { balance: 0, autoRecharge: { enabled: false, threshold: 0, amount: 0, suspended: false } } };
