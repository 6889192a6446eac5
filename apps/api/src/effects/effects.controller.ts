// What is done to the outside world, as operators see it: what is blocked, held, retrying or dead, and why; and the ways out.
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { isRefusal, Refused, type Refusal } from '#kernel';
import {
  effectKinds, Effects, OperatorActs, shownEffectStatuses,
  type EffectKind, type RecordedAttempt, type ShownEffect, type ShownEffectStatus,
} from '#effects';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers.js';
import { Id, Note, OneOf, Text } from '../http/fields.js';
import { isUuid } from '../http/formats.js';
import { Page, startInTime, toList, type List } from '../http/page.js';
import { notFoundProblem } from '../http/problems.js';
import { page } from '../http/schemas.js';
import { EffectAttemptSchema, EffectSchema } from './schemas.js';

class EffectsQuery extends Page {
  @OneOf(effectKinds, { optional: true }) kind?: EffectKind;
  @OneOf(shownEffectStatuses, { optional: true }) status?: ShownEffectStatus;
  @Text({ max: 64, optional: true }) carrier?: string;
  @Id({ optional: true }) accountId?: string;
}

class OperatorReasonBody {
  @Note({ max: 500, description: 'Why; it stands in the event.' }) reason!: string;
}

@Controller('v1/ops/effects')
export class EffectsController {
  constructor(
    private readonly effects: Effects,
    private readonly acts: OperatorActs,
  ) {}

  @Get()
  @Allow('operator')
  @Answers(200, page(EffectSchema), 'In order of due date.')
  async list(@Query() query: EffectsQuery): Promise<List<ShownEffect>> {
    const { kind, status, carrier, accountId } = query;
    const filter = { ...(kind && { kind }), ...(status && { status }), ...(carrier && { carrier }), ...(accountId && { accountId }) };
    const start = startInTime(query);
    const effects = await this.effects.list(filter, { limit: query.limit + 1, ...(start && { after: { dueAt: start.at, effectId: start.id } }) });
    return toList(query, effects, ({ dueAt, effectId }) => [dueAt, effectId], (effect) => effect);
  }

  @Get(':effectId/attempts')
  @Allow('operator')
  @Answers(200, page(EffectAttemptSchema), 'Every attempt, the first one first.')
  async attempts(@Param('effectId') effectId: string): Promise<List<RecordedAttempt>> {
    await this.known(effectId);
    return { data: await this.effects.attempts(effectId), next: null };
  }

  @Post(':effectId/retry')
  @Allow('operator')
  @Answers(200, EffectSchema, 'The effect, to be attempted once more.')
  @Refuses('effect_not_retryable')
  async retry(@Caller() { metadata }: Identity, @Param('effectId') effectId: string, @Body() { reason }: OperatorReasonBody): Promise<ShownEffect> {
    await this.known(effectId);
    accepted(await this.acts.retry(effectId, reason, metadata));
    return this.known(effectId);
  }

  @Post(':effectId/settle')
  @Allow('operator')
  @Answers(200, EffectSchema, 'The effect, settled elsewhere.')
  @Refuses('effect_not_settleable')
  async settle(@Caller() { metadata }: Identity, @Param('effectId') effectId: string, @Body() { reason }: OperatorReasonBody): Promise<ShownEffect> {
    await this.known(effectId);
    accepted(await this.acts.settleElsewhere(effectId, reason, metadata));
    return this.known(effectId);
  }

  private async known(effectId: string): Promise<ShownEffect> {
    const effect = isUuid(effectId) ? await this.effects.get(effectId) : null;
    if (!effect) throw notFoundProblem('effect');
    return effect;
  }
}

function accepted(answer: object | Refusal | null): void {
  if (answer === null) throw notFoundProblem('effect');
  if (isRefusal(answer)) throw new Refused(answer);
}
