// The registry approved the 10DLC registration.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class ApproveTenDlc extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
  ) {
    super();
  }
}

@CommandHandler(ApproveTenDlc)
export class ApproveTenDlcHandler implements ICommandHandler<ApproveTenDlc> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata }: ApproveTenDlc): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ApproveTenDlc' }, metadata);
  }
}
