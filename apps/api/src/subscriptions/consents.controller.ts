// The evidence of what was accepted.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { consentsPage, Memberships } from '#application';
import type { ConsentView } from '#read-models';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Page, pageOfStream, streamList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { ConsentSchema } from './cancellation.schemas.js';

@Controller('v1/accounts/:accountId/consents')
export class ConsentsController {
  constructor(private readonly memberships: Memberships) {}

  @Get()
  @Summary('List consents')
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(ConsentSchema), 'One entry a cancellation, oldest first.')
  @Refuses('account_purged')
  async list(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<ConsentView>> {
    const wanted = pageOfStream(query);
    return streamList(query, await consentsPage(await this.memberships.read(accountId), wanted));
  }
}
