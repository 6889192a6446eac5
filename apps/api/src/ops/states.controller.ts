// An account step by step, as operators look at it who ask how it came to be as it is.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { Memberships, stateAt, stepsPage, type StateAt } from '#application';
import type { StateStep } from '#read-models';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { found } from '../http/answers/not-found.js';
import { Page, pageOfStream, streamList, type List } from '../http/answers/page.js';
import { list, page, schema, object, text, InstantSchema, whole } from '../http/answers/schemas.js';
import { ActorSchema } from '../events/schemas.js';

const value = { type: ['string', 'number', 'boolean', 'null'], description: 'Null: there is nothing.' };

const step = {
  version: { ...whole, description: 'Place of the event in the account\'s stream.' },
  eventId: text,
  type: text,
  effectiveAt: InstantSchema,
  recordedAt: InstantSchema,
  actor: ActorSchema,
  changed: {
    ...list(object({ field: { ...text, description: 'A path of names, such as `wallet.balance`.' }, before: value, after: value })),
    description: 'What the event made of the state before it. Of a list 200 entries are told, and under `…` how many more there are.',
  },
};

const StateStepSchema = schema('StateStep', object(step));

const StateAtSchema = schema('StateAt', object({
  ...step,
  state: list(object({ field: text, value })),
  last: { ...whole, description: 'The last version that there is.' },
}));

@Controller('v1/ops/accounts/:accountId/states')
export class StatesController {
  constructor(private readonly memberships: Memberships) {}

  @Get()
  @Summary('List what each event changed')
  @Allow('operator')
  @Answers(200, page(StateStepSchema), 'The stream, oldest first, each event with the fields of the account\'s state that it changed. As it was written: what time alone does stands there once it is written down. Nothing of it is personal.')
  async list(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<StateStep>> {
    const wanted = pageOfStream(query);
    return streamList(query, await stepsPage(await this.memberships.read(accountId, { evenPurged: true }), wanted));
  }

  @Get(':version')
  @Summary('Get the state at a version')
  @Allow('operator')
  @Answers(200, StateAtSchema, 'What that event changed, and the whole state that it left.')
  async get(@Param('accountId') accountId: string, @Param('version') version: string): Promise<StateAt> {
    const place = /^[1-9]\d{0,8}$/.test(version) ? Number(version) : null;
    const account = await this.memberships.read(accountId, { evenPurged: true });
    return found('version', place === null ? null : await stateAt(account, place));
  }
}
