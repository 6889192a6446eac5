// Legal holds: they stop the purge, and only the purge (R35).
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import type { Instant } from '#kernel';
import { LiftLegalHold, Memberships, PlaceLegalHold } from '#application';
import { legalHoldsView, legalHoldTypes, type LegalHoldView } from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { InstantField, Note } from '../http/input/fields.js';
import { Page, type List } from '../http/answers/page.js';
import { InstantSchema, nullable, object, page, schema, text } from '../http/answers/schemas.js';
import { sliceOf } from '../http/answers/slice.js';

const placed = { holdId: text, placedAt: InstantSchema, reviewAt: InstantSchema };
const LegalHoldSchema = schema('LegalHold', object({ ...placed, reason: text }));
const ListedLegalHoldSchema = schema(
  'ListedLegalHold',
  object({
    ...placed,
    reason: { ...nullable(text), description: 'Null once it was redacted.' },
    liftedAt: nullable(InstantSchema),
  }),
);

class LegalHoldBody {
  @Note({ max: 2000 }) reason!: string;
  @InstantField({ description: 'When somebody has to look at it again; nothing happens then by itself.' }) reviewAt!: Instant;
}

@Controller('v1/accounts/:accountId/legal-holds')
export class LegalHoldsController {
  constructor(private readonly memberships: Memberships) {}

  @Get()
  @Summary('List legal holds')
  @Allow('operator')
  @Answers(200, page(ListedLegalHoldSchema), 'Holds that stand and holds that were lifted, oldest first.')
  @Refuses('account_purged')
  async list(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<LegalHoldView>> {
    const { events } = await this.memberships.read(accountId);
    return sliceOf(query, legalHoldsView(await events({ types: legalHoldTypes })));
  }

  @Post()
  @Summary('Place a legal hold')
  @Allow('operator')
  @Answers(201, LegalHoldSchema, 'The hold. Data stays readable, and is not deleted until the last hold is lifted.')
  @Refuses('account_purged')
  async place(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { reason, reviewAt }: LegalHoldBody, @Execute() execute: Executes<PlaceLegalHold>): Promise<Omit<LegalHoldView, 'liftedAt'>> {
    const { holdId, now } = await execute(new PlaceLegalHold(accountId, metadata, reason, reviewAt));
    return { holdId, reason, placedAt: now, reviewAt };
  }

  @Delete(':holdId')
  @Summary('Lift a legal hold')
  @Allow('operator')
  @Answers(204, null, 'The hold is lifted; an overdue purge is due at once when it was the last.')
  @Refuses('account_purged', 'second_person_needed')
  async lift(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Param('holdId') holdId: string, @Execute() execute: Executes<LiftLegalHold>): Promise<void> {
    await execute(new LiftLegalHold(accountId, metadata, holdId));
  }
}
