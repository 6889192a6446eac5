// Applies for a 10DLC registration, for the first time or again.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { uuidv7 } from '#event-store';
import { Memberships, type Account } from '../memberships.js';

export class ApplyTenDlc extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly brandName: string,
  ) {
    super();
  }
}

@CommandHandler(ApplyTenDlc)
export class ApplyTenDlcHandler implements ICommandHandler<ApplyTenDlc> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, brandName }: ApplyTenDlc): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ApplyTenDlc', registrationId: uuidv7(), brandName }, metadata);
  }
}
