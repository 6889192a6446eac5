// Deadlines as operators see them, and the way out for those that are stuck.
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { Instant } from '#kernel';
import { RetryDeadline } from '#application';
import { deadlineKinds } from '#domain';
import { Deadlines, deadlineStatuses, type DeadlineStatus, type RecordedDeadline } from '#deadlines';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Id, InstantField, Note, OneOf, Text } from '../http/input/fields.js';
import { rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { OpsDeadlineSchema } from './schemas.js';

class DeadlinesQuery extends Page {
  @OneOf(deadlineKinds, { optional: true }) kind?: string;
  @OneOf(deadlineStatuses, { optional: true }) status?: DeadlineStatus;
  @InstantField({ optional: true, description: 'Only those due before that instant of their account.' }) dueBefore?: Instant;
  @Id({ optional: true }) accountId?: string;
  @Text({ max: 200, optional: true, description: 'Stands in what was said of the last failure, in capitals or not.' }) error?: string;
}

class DeadlineRetryBody {
  @Note({ max: 500, optional: true, description: 'Why; it stands in the event.' }) reason?: string;
}

@Controller('v1/ops/deadlines')
export class DeadlinesController {
  constructor(private readonly deadlines: Deadlines) {}

  @Get()
  @Summary('List deadlines')
  @Allow('operator')
  @Answers(200, page(OpsDeadlineSchema), 'In order of due date. What is only planned is not listed.')
  async list(@Query() query: DeadlinesQuery): Promise<List<RecordedDeadline>> {
    const start = startInTime(query);
    const { data } = await this.deadlines.list(query, { limit: query.limit + 1, ...(start && { after: { dueAt: start.at, deadlineId: start.id } }) });
    return toList(query, data, ({ dueAt, deadlineId }) => [dueAt, deadlineId], (deadline) => deadline);
  }

  @Post(':deadlineId/retry')
  @Summary('Retry a deadline')
  @Allow('operator')
  @Answers(200, OpsDeadlineSchema, 'The deadline, pending again: it goes down the ordinary path once more.')
  @Refuses('deadline_not_retryable', 'account_purged', 'second_person_needed')
  async retry(@Caller() { metadata }: Identity, @Param('deadlineId') deadlineId: string, @Body() { reason }: DeadlineRetryBody, @Execute() execute: Executes<RetryDeadline>): Promise<RecordedDeadline> {
    return execute(new RetryDeadline(rowId('deadline', deadlineId), metadata, reason ?? null));
  }
}
