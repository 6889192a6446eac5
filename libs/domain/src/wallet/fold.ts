// Folds what happened into what is in the wallet.
import type { NumberFeesCharged } from '../numbers/events.js';
import type { Folds } from '../subject.js';
import type { walletEvents } from './events.js';
import { emptyWallet, type KnownToWallet, type Wallet, type WalletState } from './state.js';

const moved = ({ wallet }: WalletState, movement: number): WalletState => ({ wallet: { ...wallet, balance: wallet.balance + movement } });

const recharging = ({ wallet }: WalletState, change: Partial<Wallet['autoRecharge']>): WalletState => ({
  wallet: { ...wallet, autoRecharge: { ...wallet.autoRecharge, ...change } },
});

export const walletFolds: Folds<WalletState, KnownToWallet, (typeof walletEvents)[number] | typeof NumberFeesCharged> = {
  WalletToppedUp: (state, { amount }) => moved(state, amount.amount),
  AutoRechargeConfigured: (state, { enabled, threshold, amount }) => recharging(state, { enabled, threshold: threshold.amount, amount: amount.amount }),
  AutoRechargeSuspended: (state) => recharging(state, { suspended: true }),
  AutoRechargeRestored: (state) => recharging(state, { suspended: false }),
  WalletRecharged: (state, { amount }) => moved(state, amount.amount),
  UnsentMessagesCredited: (state, { amount }) => moved(state, amount.amount),
  NumberFeesCharged: (state, { amount }) => moved(state, -amount.amount),
  DataPurged: () => emptyWallet,
};
