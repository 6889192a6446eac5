// The catalogue of plans, for anyone to read.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { POLICY } from '#application';
import { featuresOf, languageOf, planNamesIn, type Feature, type Language, type Plan, type PolicyInForce } from '#domain';
import { Anyone } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Page, type List } from '../http/answers/page.js';
import { ShownIn } from '../http/input/fields.js';
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

class PlansQuery extends Page {
  @ShownIn() locale?: Language;
}

interface PlanView extends Plan {
  readonly features: readonly Feature[];
  readonly name: string;
}

@Controller('v1/plans')
export class PlansController {
  constructor(@Inject(POLICY) private readonly policy: PolicyInForce) {}

  @Get()
  @Summary('List plans')
  @Anyone()
  @Answers(200, page(PlanSchema), 'All plans.')
  list(@Query() query: PlansQuery): List<PlanView> {
    const nameOf = planNamesIn(this.policy, languageOf(this.policy, query.locale ?? null));
    const sold = this.policy.plans.filter((plan) => plan.sold);
    return sliceOf(query, sold.map(({ planId, kind, interval, price }) => ({ planId, kind, interval, price, features: featuresOf[kind], name: nameOf(planId) })));
  }
}
