// An operator sends a deadline that is stuck down the ordinary path once more, and says why; both in one transaction.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { notFound, type Metadata } from '#kernel';
import type { RefusedBy } from '#domain';
import { Deadlines, lockAccount, type RecordedDeadline } from '#deadlines';
import { Database } from '#postgres';
import { orRefuse, RefusableCommand } from '../commands.js';
import { Memberships } from '../memberships.js';

export class RetryDeadline extends RefusableCommand<RecordedDeadline, RefusedBy<'RetryDeadline'> | 'deadline_not_retryable' | 'second_person_needed'> {
  constructor(
    readonly deadlineId: string,
    readonly metadata: Metadata,
    readonly reason: string | null,
  ) {
    super();
  }
}

@CommandHandler(RetryDeadline)
export class RetryDeadlineHandler implements ICommandHandler<RetryDeadline> {
  constructor(
    private readonly database: Database,
    private readonly deadlines: Deadlines,
    private readonly memberships: Memberships,
  ) {}

  execute(command: RetryDeadline): Promise<RecordedDeadline> {
    const { deadlineId, metadata, reason } = command;
    return this.database.transaction(async () => {
      const known = await this.deadlines.get(deadlineId);
      if (!known) return orRefuse(command, notFound('deadline'));
      const { accountId, kind, subscriptionId: subject = '', generation } = known;
      await lockAccount(this.database, accountId);
      const retried = orRefuse(command, (await this.deadlines.retry(deadlineId)) ?? notFound('deadline'));
      await this.memberships.note(accountId, { type: 'RetryDeadline', kind, subject, generation, reason }, metadata);
      return retried;
    });
  }
}
