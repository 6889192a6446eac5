// The final confirmation of an attempt: only this cancels the plan (R8). Safe to retry.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { eventsOfType, type Metadata } from '#kernel';
import { builtInVersion, type AcceptedDisclosure, type CommandOf, type Language } from '#domain';
import { acceptedTextHash } from '#read-models';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account, type EventsOf } from '../memberships.js';
import { Previews } from './previews.js';

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
  constructor(
    private readonly memberships: Memberships,
    private readonly previews: Previews,
  ) {}

  execute(command: ConfirmCancellation): Promise<Account> {
    const { subscriptionId, attemptId, acceptedDisclosures, acknowledgedConsequences } = command;
    return decided(this.memberships, command, async (account) => {
      const { policy } = this.previews;
      const { language = policy.languages[0], ...attempt } = attemptOf(await account.events({ subjects: [attemptId] }), subscriptionId, attemptId);
      const textHash = acceptedTextHash(policy, acceptedDisclosures, language);
      const unsent = await this.previews.unsent(account, subscriptionId);
      return { type: 'ConfirmCancellation', subscriptionId, attemptId, ...attempt, acceptedDisclosures, acknowledgedConsequences, textHash, unsent };
    });
  }
}

/** Decisions hold nothing of a person and no attempt that is over, so the comment, in which language and under which policy it was shown, and what became of the attempt, come from the events. */
function attemptOf(events: EventsOf<Account>, subscriptionId: string, attemptId: string): Pick<CommandOf<'ConfirmCancellation'>, 'comment' | 'former'> & { readonly language?: Language } {
  const isOfAttempt = ({ data }: { readonly data: { readonly subscriptionId: string; readonly attemptId: string | null } }): boolean =>
    data.attemptId === attemptId && data.subscriptionId === subscriptionId;
  const attempted = eventsOfType(events, 'CancellationAttempted').find(isOfAttempt);
  if (!attempted) return { comment: null };
  const { comment, expiresAt, language } = attempted.data;
  return { comment, language, former: { expiresAt, used: eventsOfType(events, 'CancellationRequested').some(isOfAttempt), shownUnder: attempted.metadata.policy ?? builtInVersion } };
}
