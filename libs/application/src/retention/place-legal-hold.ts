// Stops the purge, and only the purge, until the hold is lifted (R35).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant, Metadata } from '#kernel';
import { uuidv7 } from '#event-store';
import { Memberships, type Account } from '../memberships.js';

export interface PlacedHold extends Account {
  readonly holdId: string;
}

export class PlaceLegalHold extends Command<PlacedHold> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly reason: string,
    readonly reviewAt: Instant,
  ) {
    super();
  }
}

@CommandHandler(PlaceLegalHold)
export class PlaceLegalHoldHandler implements ICommandHandler<PlaceLegalHold> {
  constructor(private readonly memberships: Memberships) {}

  async execute({ accountId, metadata, reason, reviewAt }: PlaceLegalHold): Promise<PlacedHold> {
    const holdId = uuidv7();
    const account = await this.memberships.handle(accountId, { type: 'PlaceLegalHold', holdId, reason, reviewAt }, metadata);
    return { ...account, holdId };
  }
}
