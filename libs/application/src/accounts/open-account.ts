// Opens an account.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata, Money } from '#kernel';
import { badInput, type CancellationMode } from '#domain';
import { UnknownTestClock } from '#deadlines';
import { AccountCommand, decided, orRefuse } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly testClockId: string | null;
  readonly numberBillingAnchorDay: number | null;
  readonly numberFee: Money;
  readonly cancellationMode: CancellationMode;
}

export class OpenAccount extends AccountCommand<'OpenAccount', Account, 'invalid_request'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly account: NewAccount,
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
