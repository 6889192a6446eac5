// What is done to the outside world, as operators see it: what is blocked, held, retrying or dead, and why; and the ways out.
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { Instant } from '#kernel';
import { RetryEffect, SettleEffectElsewhere } from '#application';
import {
  effectKinds, EffectQueries, shownEffectStatuses,
  type EffectKind, type RecordedAttempt, type ShownEffect, type ShownEffectStatus,
} from '#effects';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Id, InstantField, Note, OneOf, Text } from '../http/input/fields.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { EffectAttemptSchema, EffectSchema } from './schemas.js';

class EffectsQuery extends Page {
  @OneOf(effectKinds, { optional: true }) kind?: EffectKind;
  @OneOf(shownEffectStatuses, { optional: true }) status?: ShownEffectStatus;
  @Text({ max: 64, optional: true }) carrier?: string;
  @Id({ optional: true }) accountId?: string;
  @InstantField({ optional: true, description: 'Only those due before that instant of their account.' }) dueBefore?: Instant;
  @Text({ max: 200, optional: true, description: 'Stands in the last outcome or its reason, in capitals or not.' }) error?: string;
}

class OperatorReasonBody {
  @Note({ max: 500, description: 'Why; it stands in the event.' }) reason!: string;
}

@Controller('v1/ops/effects')
export class EffectsController {
  constructor(private readonly effects: EffectQueries) {}

  @Get()
  @Summary('List effects')
  @Allow('operator')
  @Answers(200, page(EffectSchema), 'In order of due date.')
  async list(@Query() query: EffectsQuery): Promise<List<ShownEffect>> {
    const start = startInTime(query);
    const effects = await this.effects.list(query, { limit: query.limit + 1, ...(start && { after: { dueAt: start.at, effectId: start.id } }) });
    return toList(query, effects, ({ dueAt, effectId }) => [dueAt, effectId], (effect) => effect);
  }

  @Get(':effectId/attempts')
  @Summary('List attempts of an effect')
  @Allow('operator')
  @Answers(200, page(EffectAttemptSchema), 'Every attempt, the first one first.')
  async attempts(@Param('effectId') effectId: string): Promise<List<RecordedAttempt>> {
    await this.known(effectId);
    return { data: await this.effects.attempts(effectId), next: null };
  }

  @Post(':effectId/retry')
  @Summary('Retry an effect')
  @Allow('operator')
  @Answers(200, EffectSchema, 'The effect, to be attempted once more.')
  @Refuses('effect_not_retryable')
  async retry(@Caller() { metadata }: Identity, @Param('effectId') effectId: string, @Body() { reason }: OperatorReasonBody, @Execute() execute: Executes<RetryEffect>): Promise<ShownEffect> {
    found('effect', await execute(new RetryEffect(rowId('effect', effectId), metadata, reason)));
    return this.known(effectId);
  }

  @Post(':effectId/settle')
  @Summary('Settle an effect')
  @Allow('operator')
  @Answers(200, EffectSchema, 'The effect, settled elsewhere.')
  @Refuses('effect_not_settleable', 'second_person_needed')
  async settle(@Caller() { metadata }: Identity, @Param('effectId') effectId: string, @Body() { reason }: OperatorReasonBody, @Execute() execute: Executes<SettleEffectElsewhere>): Promise<ShownEffect> {
    found('effect', await execute(new SettleEffectElsewhere(rowId('effect', effectId), metadata, reason)));
    return this.known(effectId);
  }

  private async known(effectId: string): Promise<ShownEffect> {
    return found('effect', await this.effects.get(rowId('effect', effectId)));
  }
}
