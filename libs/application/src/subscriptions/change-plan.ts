// Changes the plan from the next period.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class ChangePlan extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly subscriptionId: string,
    readonly planId: string,
  ) {
    super();
  }
}

@CommandHandler(ChangePlan)
export class ChangePlanHandler implements ICommandHandler<ChangePlan> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, subscriptionId, planId }: ChangePlan): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ChangePlan', subscriptionId, planId }, metadata);
  }
}
