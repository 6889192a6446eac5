// Opens an account.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { badInput, type CommandOf } from '#domain';
import { UnknownTestClock } from '#deadlines';
import { AccountCommand, decided, orRefuse } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export class OpenAccount extends AccountCommand<'OpenAccount', Account, 'invalid_request'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly account: Omit<CommandOf<'OpenAccount'>, 'type'>,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(private readonly memberships: Memberships) {}

  async execute(command: OpenAccount): Promise<Account> {
    try {
      return await decided(this.memberships, command, { type: 'OpenAccount', ...command.account });
    } catch (error) {
      if (!(error instanceof UnknownTestClock)) throw error;
      return orRefuse(command, badInput('/testClockId', 'is not a test clock'));
    }
  }
}
