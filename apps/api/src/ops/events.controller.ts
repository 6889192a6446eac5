// What operators wrote into an account's events, taken out again.
import { Controller, Param, Post } from '@nestjs/common';
import { RedactNote } from '#application';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { rowId } from '../http/answers/not-found.js';

@Controller('v1/ops/events')
export class OpsEventsController {
  @Post(':eventId/redact')
  @Summary('Redact the words in an event')
  @Allow('operator')
  @Answers(204, null, 'What an operator had written in the event is gone; the event stays, and another one says that it was redacted.')
  @Refuses('nothing_to_redact', 'account_purged')
  async redact(@Caller() { metadata }: Identity, @Param('eventId') eventId: string, @Execute() execute: Executes<RedactNote>): Promise<void> {
    await execute(new RedactNote(rowId('event', eventId), metadata));
  }
}
