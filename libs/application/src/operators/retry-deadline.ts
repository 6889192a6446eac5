// An operator sends a deadline that is stuck down the ordinary path once more, and says why; both in one transaction.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isRefusal, notFound, Refused, type Metadata } from '#kernel';
import { Deadlines, lockAccount, type RecordedDeadline } from '#deadlines';
import { Database } from '#postgres';
import { Memberships } from '../memberships.js';

export class RetryDeadline extends Command<RecordedDeadline> {
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

  execute({ deadlineId, metadata, reason }: RetryDeadline): Promise<RecordedDeadline> {
    return this.database.transaction(async () => {
      const known = await this.deadlines.get(deadlineId);
      if (!known) throw new Refused(notFound('deadline'));
      const { accountId, kind, subscriptionId: subject = '', generation } = known;
      await lockAccount(this.database, accountId);
      const retried = await this.deadlines.retry(deadlineId);
      if (!retried) throw new Refused(notFound('deadline'));
      if (isRefusal(retried)) throw new Refused(retried);
      await this.memberships.note(accountId, { type: 'RetryDeadline', kind, subject, generation, reason }, metadata);
      return retried;
    });
  }
}
