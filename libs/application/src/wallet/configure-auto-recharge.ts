// Says when and how much the card refills the wallet.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata, Money } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class ConfigureAutoRecharge extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly settings: { readonly enabled: boolean; readonly threshold: Money; readonly amount: Money },
  ) {
    super();
  }
}

@CommandHandler(ConfigureAutoRecharge)
export class ConfigureAutoRechargeHandler implements ICommandHandler<ConfigureAutoRecharge> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, settings }: ConfigureAutoRecharge): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ConfigureAutoRecharge', ...settings }, metadata);
  }
}
