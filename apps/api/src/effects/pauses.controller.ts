// Pauses of a kind, a carrier or everything: begun and ended by operators, or begun by the storm guard and by revoked credentials.
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { PauseEffects, RedactPause, ResumeEffects } from '#application';
import { effectKinds, Pauses, pauseStatuses, type EffectKind, type Pause, type PauseStatus } from '#effects';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Note, OneOf, Text } from '../http/input/fields.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { PauseSchema } from './schemas.js';

class PauseBody {
  @OneOf(effectKinds, { optional: true, description: 'Every kind when absent.' }) kind?: EffectKind;
  @Note({ max: 64, optional: true, description: 'Every carrier when absent.' }) carrier?: string;
  @Note({ max: 500 }) reason!: string;
}

class PausesQuery extends Page {
  @OneOf(effectKinds, { optional: true }) kind?: EffectKind;
  @OneOf(pauseStatuses, { optional: true }) status?: PauseStatus;
  @Text({ max: 64, optional: true }) carrier?: string;
}

class ResumeQuery {
  @Note({ max: 500, description: 'Why it may go on.' }) reason!: string;
}

@Controller('v1/ops/pauses')
export class PausesController {
  constructor(private readonly pauses: Pauses) {}

  @Post()
  @Summary('Pause effects')
  @Allow('operator')
  @Answers(201, PauseSchema, 'The pause. What is being attempted is finished; nothing new is.')
  @Refuses()
  pause(@Caller() { metadata }: Identity, @Body() { kind, carrier, reason }: PauseBody, @Execute() execute: Executes<PauseEffects>): Promise<Pause> {
    return execute(new PauseEffects({ ...(kind && { kind }), ...(carrier && { carrier }) }, metadata, reason));
  }

  @Get()
  @Summary('List pauses')
  @Allow('operator')
  @Answers(200, page(PauseSchema), 'Those in force and those of the past, latest first.')
  async list(@Query() query: PausesQuery): Promise<List<Pause>> {
    const start = startInTime(query);
    const pauses = await this.pauses.list(query, { limit: query.limit + 1, ...(start && { after: { pausedAt: start.at, pauseId: start.id } }) });
    return toList(query, pauses, ({ pausedAt, pauseId }) => [pausedAt, pauseId], (pause) => pause);
  }

  @Delete(':pauseId')
  @Summary('End a pause')
  @Allow('operator')
  @Answers(200, PauseSchema, 'The pause, ended; what it held goes on.')
  @Refuses('pause_ended', 'second_person_needed')
  async resume(@Caller() { metadata }: Identity, @Param('pauseId') pauseId: string, @Query() { reason }: ResumeQuery, @Execute() execute: Executes<ResumeEffects>): Promise<Pause> {
    return found('pause', await execute(new ResumeEffects(rowId('pause', pauseId), metadata, reason)));
  }

  @Post(':pauseId/redact')
  @Summary('Redact the words of a pause')
  @Allow('operator')
  @Answers(200, PauseSchema, 'The pause, without what operators had written.')
  @Refuses('nothing_to_redact')
  async redact(@Caller() { metadata }: Identity, @Param('pauseId') pauseId: string, @Execute() execute: Executes<RedactPause>): Promise<Pause> {
    return found('pause', await execute(new RedactPause(rowId('pause', pauseId), metadata)));
  }
}
