// Undoes a pending cancellation, strictly before the period ends (R12).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class ResumeSubscription extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly subscriptionId: string,
  ) {
    super();
  }
}

@CommandHandler(ResumeSubscription)
export class ResumeSubscriptionHandler implements ICommandHandler<ResumeSubscription> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, subscriptionId }: ResumeSubscription): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ResumeSubscription', subscriptionId }, metadata);
  }
}
