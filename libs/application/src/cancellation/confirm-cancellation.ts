// The final confirmation of an attempt: only this cancels the plan (R8). Safe to retry.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Metadata, RecordedEvent } from '#kernel';
import type { AcceptedDisclosure } from '#domain';
import { acceptedTextHash } from '#read-models';
import { Memberships, type Account } from '../memberships.js';

export class ConfirmCancellation extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly metadata: Metadata,
    readonly subscriptionId: string,
    readonly attemptId: string,
    readonly acceptedDisclosures: readonly AcceptedDisclosure[],
    readonly acknowledgedConsequences: boolean | undefined,
  ) {
    super();
  }
}

@CommandHandler(ConfirmCancellation)
export class ConfirmCancellationHandler implements ICommandHandler<ConfirmCancellation> {
  constructor(private readonly memberships: Memberships) {}

  execute({ accountId, metadata, subscriptionId, attemptId, acceptedDisclosures, acknowledgedConsequences }: ConfirmCancellation): Promise<Account> {
    return this.memberships.handle(
      accountId,
      ({ events }) => ({
        type: 'ConfirmCancellation',
        subscriptionId,
        attemptId,
        comment: commentOf(events, attemptId),
        acceptedDisclosures,
        acknowledgedConsequences,
        textHash: acceptedTextHash(acceptedDisclosures),
      }),
      metadata,
    );
  }
}

/** Decisions hold nothing of a person, so the comment comes from the event that does. */
function commentOf(events: readonly RecordedEvent[], attemptId: string): string | null {
  const attempt = events.find(({ type, data }) => type === 'CancellationAttempted' && data['attemptId'] === attemptId);
  const comment = attempt?.data['comment'];
  return typeof comment === 'string' ? comment : null;
}
