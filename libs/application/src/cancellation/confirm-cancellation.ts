// The final confirmation of an attempt: only this cancels the plan (R8). Safe to retry.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { eventsOfType, type Metadata } from '#kernel';
import type { AcceptedDisclosure, CommandOf } from '#domain';
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
        ...attemptOf(events, subscriptionId, attemptId),
        acceptedDisclosures,
        acknowledgedConsequences,
        textHash: acceptedTextHash(acceptedDisclosures),
      }),
      metadata,
    );
  }
}

/** Decisions hold nothing of a person and no attempt that is over, so the comment, and what became of the attempt, come from the events. */
function attemptOf(events: Account['events'], subscriptionId: string, attemptId: string): Pick<CommandOf<'ConfirmCancellation'>, 'comment' | 'former'> {
  const isOfAttempt = ({ data }: { readonly data: { readonly subscriptionId: string; readonly attemptId: string | null } }): boolean =>
    data.attemptId === attemptId && data.subscriptionId === subscriptionId;
  const attempted = eventsOfType(events, 'CancellationAttempted').find(isOfAttempt);
  if (!attempted) return { comment: null };
  const { comment, expiresAt } = attempted.data;
  return { comment, former: { expiresAt, used: eventsOfType(events, 'CancellationRequested').some(isOfAttempt) } };
}
