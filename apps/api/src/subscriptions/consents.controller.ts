// The evidence of what was accepted.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { Memberships } from '#application';
import { consentsView, type ConsentView } from '#read-models';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers/answers.js';
import { Page, type List } from '../http/answers/page.js';
import { sliceOf } from '../http/answers/slice.js';
import { page } from '../http/answers/schemas.js';
import { ConsentSchema } from './cancellation.schemas.js';

@Controller('v1/accounts/:accountId/consents')
export class ConsentsController {
  constructor(private readonly memberships: Memberships) {}

  @Get()
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(ConsentSchema), 'One entry a cancellation, oldest first.')
  @Refuses('account_purged')
  async list(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<ConsentView>> {
    const { events } = await this.memberships.read(accountId);
    return sliceOf(query, consentsView(await events()));
  }
}
