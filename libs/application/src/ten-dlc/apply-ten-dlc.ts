// Applies for a 10DLC registration, for the first time or again.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import { uuidv7 } from '#event-store';
import { Memberships, type Account } from '../memberships.js';

export interface TenDlcApplication {
  readonly brandName: string;
  /** The carrier's own ids, where they are known. */
  readonly messagingServiceSid?: string | undefined;
  readonly campaignId?: string | undefined;
  readonly brandId?: string | undefined;
}

export class ApplyTenDlc extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly application: TenDlcApplication,
  ) {
    super();
  }
}

@CommandHandler(ApplyTenDlc)
export class ApplyTenDlcHandler implements ICommandHandler<ApplyTenDlc> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, application }: ApplyTenDlc): Promise<Account> {
    return this.memberships.handle(accountId, { type: 'ApplyTenDlc', registrationId: uuidv7(), ...application }, metadata);
  }
}
