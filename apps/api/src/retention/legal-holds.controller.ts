// Legal holds: they stop the purge, and only the purge (R35).
import { Body, Controller, Delete, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Instant } from '#kernel';
import { LiftLegalHold, PlaceLegalHold } from '#application';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers.js';
import { InstantField, Text } from '../http/fields.js';
import { InstantSchema, object, schema, text } from '../http/schemas.js';

const LegalHoldSchema = schema('LegalHold', object({ holdId: text, reason: text, placedAt: InstantSchema, reviewAt: InstantSchema }));

class LegalHoldBody {
  @Text({ max: 2000 }) reason!: string;
  @InstantField({ description: 'When somebody has to look at it again.' }) reviewAt!: Instant;
}

interface LegalHoldView {
  readonly holdId: string;
  readonly reason: string;
  readonly placedAt: Instant;
  readonly reviewAt: Instant;
}

@Controller('v1/accounts/:accountId/legal-holds')
export class LegalHoldsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Allow('operator')
  @Answers(201, LegalHoldSchema, 'The hold. Data stays readable, and is not deleted until the last hold is lifted.')
  @Refuses('account_purged')
  async place(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Body() { reason, reviewAt }: LegalHoldBody): Promise<LegalHoldView> {
    const { holdId, now } = await this.commands.execute(new PlaceLegalHold(accountId, metadata, reason, reviewAt));
    return { holdId, reason, placedAt: now, reviewAt };
  }

  @Delete(':holdId')
  @Allow('operator')
  @Answers(204, null, 'The hold is lifted; an overdue purge is due at once when it was the last.')
  @Refuses('account_purged')
  async lift(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Param('holdId') holdId: string): Promise<void> {
    await this.commands.execute(new LiftLegalHold(accountId, metadata, holdId));
  }
}
