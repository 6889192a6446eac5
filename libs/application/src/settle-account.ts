// Carries out everything of an account that is due: what a deadline asks for when its time has come.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from './memberships.js';

export class SettleAccount extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

@CommandHandler(SettleAccount)
export class SettleAccountHandler implements ICommandHandler<SettleAccount> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata }: SettleAccount): Promise<Account> {
    return this.memberships.settleDue(accountId, metadata);
  }
}
