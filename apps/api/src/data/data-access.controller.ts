// Who read an account's retained data.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { Memberships } from '#application';
import { accessKinds, DataAccesses, type DataAccess } from '#retained-data';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Page, startOf, toList, type List } from '../http/answers/page.js';
import { InstantSchema, object, oneOf, page, schema, text } from '../http/answers/schemas.js';

const DataAccessSchema = schema(
  'DataAccess',
  object({ category: oneOf(...accessKinds), actor: object({ role: text, id: text }), readAt: InstantSchema, recordedAt: InstantSchema }),
);

@Controller('v1/accounts/:accountId/data-access')
export class DataAccessController {
  constructor(
    private readonly memberships: Memberships,
    private readonly accesses: DataAccesses,
  ) {}

  @Get()
  @Summary('List who read the data')
  @Allow('service', 'operator')
  @Answers(200, page(DataAccessSchema), 'Every reading of retained data and every export, the newest first; deleted with the data.')
  @Refuses('account_purged')
  async list(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<Omit<DataAccess, 'position'>>> {
    await this.memberships.read(accountId);
    const [before] = startOf(query, ['number']) ?? [];
    const rows = await this.accesses.list(accountId, { limit: query.limit + 1, ...(before !== undefined && { before }) });
    return toList(query, rows, ({ position }) => [position], ({ position: _, ...shown }) => shown);
  }
}
