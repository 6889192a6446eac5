// What operators wrote into an account's events, taken out again.
import { Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RedactNote } from '#application';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers.js';
import { isUuid } from '../http/formats.js';
import { notFoundProblem } from '../http/problems.js';

@Controller('v1/ops/events')
export class OpsEventsController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':eventId/redact')
  @Allow('operator')
  @Answers(204, null, 'What an operator had written in the event is gone; the event stays, and another one says that it was redacted.')
  @Refuses('nothing_to_redact', 'account_purged')
  async redact(@Caller() { metadata }: Identity, @Param('eventId') eventId: string): Promise<void> {
    if (!isUuid(eventId)) throw notFoundProblem('event');
    await this.commands.execute(new RedactNote(eventId, metadata));
  }
}
