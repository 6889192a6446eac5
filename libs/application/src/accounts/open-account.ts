// Opens an account.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refused, type Metadata, type Money } from '#kernel';
import type { CancellationMode } from '#domain';
import { UnknownTestClock } from '#deadlines';
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

export class OpenAccount extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly account: NewAccount,
  ) {
    super();
  }
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(private readonly memberships: Memberships) {}

  async execute({ accountId, metadata, account }: OpenAccount): Promise<Account> {
    try {
      return await this.memberships.handle(accountId, { type: 'OpenAccount', ...account }, metadata);
    } catch (error) {
      if (!(error instanceof UnknownTestClock)) throw error;
      throw new Refused({ refused: 'invalid_request', detail: { errors: [{ pointer: '/testClockId', message: 'is not a test clock' }] } });
    }
  }
}
