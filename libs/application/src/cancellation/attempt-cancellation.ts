// The first acknowledgement: opens an attempt bound to what was shown, and changes no plan (R6).
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant, Metadata } from '#kernel';
import { type Language, languageFor, type Reason, subscriptionById } from '#domain';
import { uuidv7 } from '#event-store';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';
import { Previews } from './previews.js';

export interface CancellationAttempt {
  readonly reason?: Reason | undefined;
  readonly acknowledgedConsequences?: boolean | undefined;
  readonly previewHash?: string | undefined;
  /** In which it was shown; absent: in that of the account. */
  readonly locale?: Language | undefined;
}

export interface Attempted extends Account {
  readonly attemptId: string;
  readonly language: Language;
  readonly expiresAt: Instant;
}

export class AttemptCancellation extends AccountCommand<'AttemptCancellation', Attempted> {
  constructor(
    accountId: string,
    metadata: Metadata,
    readonly subscriptionId: string,
    readonly attempt: CancellationAttempt,
  ) {
    super(accountId, metadata);
  }
}

@CommandHandler(AttemptCancellation)
export class AttemptCancellationHandler implements ICommandHandler<AttemptCancellation> {
  constructor(
    private readonly memberships: Memberships,
    private readonly previews: Previews,
  ) {}

  async execute(command: AttemptCancellation): Promise<Attempted> {
    const { subscriptionId, attempt } = command;
    const { reason, acknowledgedConsequences, previewHash, locale } = attempt;
    const attemptId = uuidv7();
    const account = await decided(this.memberships, command, async (current) => {
      const language = languageFor(this.previews.policy, current.state, locale);
      const currentPreviewHash = await this.previewHash(current, subscriptionId, language);
      return { type: 'AttemptCancellation', attemptId, subscriptionId, reason, acknowledgedConsequences, language, previewHash, currentPreviewHash };
    });
    const opened = account.state.attempts.find((one) => one.attemptId === attemptId);
    if (!opened) throw new Error(`attempt ${attemptId} was not opened`);
    return { ...account, attemptId, language: opened.language, expiresAt: opened.expiresAt };
  }

  private async previewHash(account: Account, subscriptionId: string, language: Language): Promise<string> {
    const subscription = subscriptionById(account.state, subscriptionId);
    return subscription ? (await this.previews.of(account, subscription, language)).hash : '';
  }
}
