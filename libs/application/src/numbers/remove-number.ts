// Takes a phone number out of the account, also while a cancellation is pending (R16).
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { PersonalData } from '#personal-data';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export class RemoveNumber extends AccountCommand<'RemoveNumber'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    /** E.164, e.g. `+12065550100`. */
    readonly e164: string,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(RemoveNumber)
export class RemoveNumberHandler implements ICommandHandler<RemoveNumber> {
  constructor(
    private readonly memberships: Memberships,
    private readonly personalData: PersonalData,
  ) {}

  execute(command: RemoveNumber): Promise<Account> {
    const { accountId, e164 } = command;
    return decided(this.memberships, command, async () => ({ type: 'RemoveNumber', e164Hash: (await this.personalData.accountHash(accountId))(e164) }));
  }
}
