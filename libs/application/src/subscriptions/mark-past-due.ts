// The payment system could not collect.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class MarkPastDue extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly subscriptionId: string,
  ) {
    super();
  }
}

@CommandHandler(MarkPastDue)
export class MarkPastDueHandler implements ICommandHandler<MarkPastDue> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, subscriptionId }: MarkPastDue): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'MarkPastDue', subscriptionId }, metadata);
  }
}
