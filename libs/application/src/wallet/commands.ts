// Puts money into the wallet, asks the card for some, and says when and how much the card refills it.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata, Money } from '#kernel';
import { uuidv7 } from '#event-store';
import { AccountCommand, decided, decides } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export class TopUpWallet extends AccountCommand<'TopUpWallet'> {
  constructor(accountId: string, metadata: Metadata, readonly amount: Money) {
    super(accountId, metadata);
  }
}

export interface ToppingUp extends Account {
  readonly chargeId: string;
}

/** Of the card; the wallet is credited when it is collected. */
export class RequestTopUp extends AccountCommand<'RequestTopUp', ToppingUp> {
  constructor(accountId: string, metadata: Metadata, readonly amount: Money) {
    super(accountId, metadata);
  }
}

@CommandHandler(RequestTopUp)
export class RequestTopUpHandler implements ICommandHandler<RequestTopUp> {
  constructor(private readonly memberships: Memberships) {}

  async execute(command: RequestTopUp): Promise<ToppingUp> {
    const chargeId = uuidv7();
    return { ...(await decided(this.memberships, command, { type: 'RequestTopUp', chargeId, amount: command.amount })), chargeId };
  }
}

export class ConfigureAutoRecharge extends AccountCommand<'ConfigureAutoRecharge'> {
  constructor(accountId: string, metadata: Metadata, readonly settings: { readonly enabled: boolean; readonly threshold: Money; readonly amount: Money }) {
    super(accountId, metadata);
  }
}

export const TopUpWalletHandler = decides(TopUpWallet, ({ amount }) => ({ type: 'TopUpWallet', topUpId: uuidv7(), amount }));
export const ConfigureAutoRechargeHandler = decides(ConfigureAutoRecharge, ({ settings }) => ({ type: 'ConfigureAutoRecharge', ...settings }));
