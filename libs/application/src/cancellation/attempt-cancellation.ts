// The first acknowledgement: opens an attempt bound to what was shown, and changes no plan (R6).
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant, Metadata } from '#kernel';
import { type Reason, subscriptionById } from '#domain';
import { uuidv7 } from '#event-store';
import { AccountCommand, decided } from '../commands.js';
import { Memberships, type Account } from '../memberships.js';
import { Previews } from './previews.js';

export interface CancellationAttempt {
  readonly reason?: Reason | undefined;
  readonly acknowledgedConsequences?: boolean | undefined;
  readonly previewHash?: string | undefined;
}

export interface Attempted extends Account {
  readonly attemptId: string;
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
    const { reason, acknowledgedConsequences, previewHash } = attempt;
    const attemptId = uuidv7();
    const account = await decided(this.memberships, command, async (current) => ({
      type: 'AttemptCancellation',
      attemptId,
      subscriptionId,
      reason,
      acknowledgedConsequences,
      previewHash,
      currentPreviewHash: await this.previewHash(current, subscriptionId),
    }));
    const opened = account.state.attempts.find((one) => one.attemptId === attemptId);
    if (!opened) throw new Error(`attempt ${attemptId} was not opened`);
    return { ...account, attemptId, expiresAt: opened.expiresAt };
  }

  private async previewHash(account: Account, subscriptionId: string): Promise<string> {
    const subscription = subscriptionById(account.state, subscriptionId);
    return subscription ? (await this.previews.of(account, subscription)).hash : '';
  }
}
