// The final confirmation of an attempt: only this cancels the plan (R8). Safe to retry.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { eventsOfType, type Metadata } from '#kernel';
import type { AcceptedDisclosure, CommandOf } from '#domain';
import { acceptedTextHash } from '#read-models';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account, type EventsOf } from '../memberships.js';

export class ConfirmCancellation extends AccountCommand<'ConfirmCancellation'> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly subscriptionId: string,
    readonly attemptId: string,
    readonly acceptedDisclosures: readonly AcceptedDisclosure[],
    readonly acknowledgedConsequences: boolean | undefined,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(ConfirmCancellation)
export class ConfirmCancellationHandler implements ICommandHandler<ConfirmCancellation> {
  constructor(private readonly memberships: Memberships) {}

  execute(command: ConfirmCancellation): Promise<Account> {
    const { subscriptionId, attemptId, acceptedDisclosures, acknowledgedConsequences } = command;
    return decided(this.memberships, command, async ({ events }) => ({
      type: 'ConfirmCancellation',
      subscriptionId,
      attemptId,
      ...attemptOf(await events(), subscriptionId, attemptId),
      acceptedDisclosures,
      acknowledgedConsequences,
      textHash: acceptedTextHash(acceptedDisclosures),
    }));
  }
}

/** Decisions hold nothing of a person and no attempt that is over, so the comment, and what became of the attempt, come from the events. */
function attemptOf(events: EventsOf<Account>, subscriptionId: string, attemptId: string): Pick<CommandOf<'ConfirmCancellation'>, 'comment' | 'former'> {
  const isOfAttempt = ({ data }: { readonly data: { readonly subscriptionId: string; readonly attemptId: string | null } }): boolean =>
    data.attemptId === attemptId && data.subscriptionId === subscriptionId;
  const attempted = eventsOfType(events, 'CancellationAttempted').find(isOfAttempt);
  if (!attempted) return { comment: null };
  const { comment, expiresAt } = attempted.data;
  return { comment, former: { expiresAt, used: eventsOfType(events, 'CancellationRequested').some(isOfAttempt) } };
}
