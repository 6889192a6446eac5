// Cancels a plan in one call: reason, disclosures and acknowledgement together (R8).
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata } from '#kernel';
import type { AcceptedDisclosure, Reason } from '#domain';
import { acceptedTextHash } from '#read-models';
import { Memberships, type Account } from '../memberships.js';

export interface CancellationWish {
  readonly reason?: Reason | undefined;
  readonly acceptedDisclosures?: readonly AcceptedDisclosure[] | undefined;
  readonly acknowledgedConsequences?: boolean | undefined;
}

export class RequestCancellation extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly subscriptionId: string,
    readonly wish: CancellationWish,
  ) {
    super();
  }
}

@CommandHandler(RequestCancellation)
export class RequestCancellationHandler implements ICommandHandler<RequestCancellation> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, subscriptionId, wish }: RequestCancellation): Promise<Account> {
    const { reason, acceptedDisclosures = [], acknowledgedConsequences } = wish;
    return this.memberships.handle(
      accountId,
      { type: 'RequestCancellation', subscriptionId, reason, acceptedDisclosures, acknowledgedConsequences, textHash: acceptedTextHash(acceptedDisclosures) },
      metadata,
    );
  }
}
