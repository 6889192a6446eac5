// Carries out everything of accounts that is due: what deadlines ask for when their time has come.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Carried } from '#deadlines';
import { Memberships, type ToSettle } from './memberships.js';

/** Answers of each account, in the order given, what became of it. */
export class SettleAccounts extends Command<readonly Carried[]> {
  constructor(
    readonly accounts: readonly ToSettle[],
    readonly alone: boolean,
  ) {
    super();
  }
}

@CommandHandler(SettleAccounts)
export class SettleAccountsHandler implements ICommandHandler<SettleAccounts> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accounts, alone }: SettleAccounts): Promise<readonly Carried[]> {
    return this.memberships.settleAll(accounts, alone);
  }
}
