// The final confirmation of an attempt: only this cancels the plan (R8). Safe to retry.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant, Metadata, RecordedEvent } from '#kernel';
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
      async ({ events }) => ({
        type: 'ConfirmCancellation',
        subscriptionId,
        attemptId,
        ...attemptOf(await events(), subscriptionId, attemptId),
        acceptedDisclosures,
        acknowledgedConsequences,
        textHash: acceptedTextHash(acceptedDisclosures),
      }),
      metadata,
    );
  }
}

/** Decisions hold nothing of a person and no attempt that is over, so the comment, and what became of the attempt, come from the events. */
function attemptOf(events: readonly RecordedEvent[], subscriptionId: string, attemptId: string): Pick<CommandOf<'ConfirmCancellation'>, 'comment' | 'former'> {
  const find = (wanted: string): RecordedEvent | undefined =>
    events.find(({ type, data }) => type === wanted && data['attemptId'] === attemptId && data['subscriptionId'] === subscriptionId);
  const attempted = find('CancellationAttempted');
  if (!attempted) return { comment: null };
  const { comment, expiresAt } = attempted.data;
  return { comment: typeof comment === 'string' ? comment : null, former: { expiresAt: expiresAt as Instant, used: find('CancellationRequested') !== undefined } };
}
