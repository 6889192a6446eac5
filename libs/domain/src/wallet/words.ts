// How what happens to the wallet is told.
import type { Sentences } from '../subject.js';
import { inWords } from '../wording.js';
import type { walletEvents } from './events.js';

export const walletWords: Sentences<(typeof walletEvents)[number]> = {
  WalletToppedUp: ({ amount }) => `${inWords(amount)} went into the wallet.`,
  AutoRechargeConfigured: ({ enabled }) => `Auto-recharge was switched ${enabled ? 'on' : 'off'}.`,
  AutoRechargeSuspended: () => 'Auto-recharge rests: no plan will renew.',
  AutoRechargeRestored: () => 'Auto-recharge works again.',
  WalletRecharged: ({ amount }) => `${inWords(amount)} were charged to the card for the wallet.`,
  UnsentMessagesCredited: ({ sms, rvm, amount }) => `${sms.count + rvm.count} unsent messages were cancelled, ${inWords(amount)} credited.`,
};
