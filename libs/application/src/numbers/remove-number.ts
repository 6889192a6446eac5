// Takes a phone number out of the account, also while a cancellation is pending (R16).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { PersonalData } from '#personal-data';
import { Memberships, type Account } from '../memberships.js';

export class RemoveNumber extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    /** E.164, e.g. `+12065550100`. */
    readonly e164: string,
  ) {
    super();
  }
}

@CommandHandler(RemoveNumber)
export class RemoveNumberHandler implements ICommandHandler<RemoveNumber> {
  constructor(
    private readonly memberships: Memberships,
    private readonly personalData: PersonalData,
  ) {}

  execute({ accountId, metadata, e164 }: RemoveNumber): Promise<Account> {
    return this.memberships.handle(
      accountId,
      async () => ({ type: 'RemoveNumber', e164Hash: (await this.personalData.accountHash(accountId))(e164) }),
      metadata,
    );
  }
}
