// Stops the purge, and only the purge, until the hold is lifted (R35).
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant, Metadata } from '#kernel';
import { uuidv7 } from '#event-store';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';

export interface PlacedHold extends Account {
  readonly holdId: string;
}

export class PlaceLegalHold extends AccountCommand<'PlaceLegalHold', PlacedHold> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly reason: string,
    readonly reviewAt: Instant,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(PlaceLegalHold)
export class PlaceLegalHoldHandler implements ICommandHandler<PlaceLegalHold> {
  constructor(private readonly memberships: Memberships) {}

  async execute(command: PlaceLegalHold): Promise<PlacedHold> {
    const { reason, reviewAt } = command;
    const holdId = uuidv7();
    const account = await decided(this.memberships, command, { type: 'PlaceLegalHold', holdId, reason, reviewAt });
    return { ...account, holdId };
  }
}
