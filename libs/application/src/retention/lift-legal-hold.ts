// Lifts a legal hold; an overdue purge is due at once when it was the last one.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { Memberships, type Account } from '../memberships.js';

export class LiftLegalHold extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly holdId: string,
  ) {
    super();
  }
}

@CommandHandler(LiftLegalHold)
export class LiftLegalHoldHandler implements ICommandHandler<LiftLegalHold> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, holdId }: LiftLegalHold): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'LiftLegalHold', holdId }, metadata);
  }
}
