// Puts money into the wallet.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata, Money } from '#kernel';
import { uuidv7 } from '#event-store';
import { Memberships, type Account } from '../memberships.js';

export class TopUpWallet extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly amount: Money,
  ) {
    super();
  }
}

@CommandHandler(TopUpWallet)
export class TopUpWalletHandler implements ICommandHandler<TopUpWallet> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, amount }: TopUpWallet): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'TopUpWallet', topUpId: uuidv7(), amount }, metadata);
  }
}
