// What operators and analysts read of whom: listed, exported page by page, and checked for gaps.
import { Controller, Get, Query } from '@nestjs/common';
import { type RecordedRead, StaffReads, type Verified } from '#staff-reads';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Page, startOf, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { Id, Text } from '../http/input/fields.js';
import { StaffReadSchema, VerifiedReadsSchema } from './schemas.js';

class StaffReadsQuery extends Page {
  @Id({ optional: true, description: 'Of whom.' }) accountId?: string;
  @Text({ max: 255, optional: true, description: 'By whom: the subject of the token.' }) actorId?: string;
}

@Controller('v1/ops/staff-reads')
export class StaffReadsController {
  constructor(private readonly reads: StaffReads) {}

  @Get()
  @Summary('List what staff read')
  @Allow('operator')
  @Answers(200, page(StaffReadSchema), 'What operators and analysts read of whom, the oldest first; written before they got to see it. Each hash is made of its record and the hash before, with a key of the service.')
  async list(@Query() query: StaffReadsQuery): Promise<List<RecordedRead>> {
    const [after = 0] = startOf(query, ['number']) ?? [];
    const rows = await this.reads.list(query, { after, limit: query.limit + 1 });
    return toList(query, rows, ({ position }) => [position], (read) => read);
  }

  @Get('verification')
  @Summary('Check what staff read')
  @Allow('operator')
  @Answers(200, VerifiedReadsSchema, 'Whether every record is there, as it was written. What was cut off at the end shows by a hash that was kept elsewhere, or by fewer records than before.')
  verify(): Promise<Verified> {
    return this.reads.verify();
  }
}
