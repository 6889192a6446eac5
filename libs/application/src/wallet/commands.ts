// Puts money into the wallet, and says when and how much the card refills it.
import type { Metadata, Money } from '#kernel';
import { uuidv7 } from '#event-store';
import { AccountCommand, decides } from '../commands.js';

export class TopUpWallet extends AccountCommand<'TopUpWallet'> {
  constructor(accountId: string, metadata: Metadata, readonly amount: Money) {
    super(accountId, metadata);
  }
}

export class ConfigureAutoRecharge extends AccountCommand<'ConfigureAutoRecharge'> {
  constructor(accountId: string, metadata: Metadata, readonly settings: { readonly enabled: boolean; readonly threshold: Money; readonly amount: Money }) {
    super(accountId, metadata);
  }
}

export const TopUpWalletHandler = decides(TopUpWallet, ({ amount }) => ({ type: 'TopUpWallet', topUpId: uuidv7(), amount }));
export const ConfigureAutoRechargeHandler = decides(ConfigureAutoRecharge, ({ settings }) => ({ type: 'ConfigureAutoRecharge', ...settings }));
