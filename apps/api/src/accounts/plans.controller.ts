// The catalogue of plans, for anyone to read.
import { Controller, Get, Query } from '@nestjs/common';
import { plans, type Plan } from '#domain';
import { Anyone } from '../auth/policy.js';
import { Answers } from '../http/answers/answers.js';
import { Page, type List } from '../http/answers/page.js';
import { list, MoneySchema, object, oneOf, page, schema, text } from '../http/answers/schemas.js';
import { sliceOf } from '../http/answers/slice.js';

const PlanSchema = schema(
  'Plan',
  object({
    planId: text,
    name: text,
    kind: oneOf('messaging', 'calling'),
    interval: oneOf('month', 'year'),
    price: MoneySchema,
    features: list(text),
  }),
);

@Controller('v1/plans')
export class PlansController {
  @Get()
  @Anyone()
  @Answers(200, page(PlanSchema), 'All plans.')
  list(@Query() query: Page): List<Plan> {
    return sliceOf(query, plans);
  }
}
