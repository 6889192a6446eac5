// The payment system collected after all.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class MarkPaid extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly subscriptionId: string,
  ) {
    super();
  }
}

@CommandHandler(MarkPaid)
export class MarkPaidHandler implements ICommandHandler<MarkPaid> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, subscriptionId }: MarkPaid): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'MarkPaid', subscriptionId }, metadata);
  }
}
