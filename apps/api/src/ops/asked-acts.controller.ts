// What waits for a second person where `FOUR_EYES` asks for one: listed, confirmed, declined.
import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ConfirmAskedAct, DeclineAskedAct, RedactAskedAct } from '#application';
import { type AskedAct, AskedActs, askedActStatuses, type AskedActStatus } from '#four-eyes';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { OneOf } from '../http/input/fields.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { AskedActSchema } from './schemas.js';

class AskedActsQuery extends Page {
  @OneOf(askedActStatuses, { optional: true }) status?: AskedActStatus;
}

@Controller('v1/ops/asked-acts')
export class AskedActsController {
  constructor(private readonly acts: AskedActs) {}

  @Get()
  @Summary('List acts that were asked for')
  @Allow('operator')
  @Answers(200, page(AskedActSchema), 'What staff cannot undo and, with `FOUR_EYES`, asked for, latest first: who asked, who confirmed or declined.')
  async list(@Query() query: AskedActsQuery): Promise<List<AskedAct>> {
    const start = startInTime(query);
    const acts = await this.acts.list(query, { limit: query.limit + 1, after: start && { askedAt: start.at, askedActId: start.id } });
    return toList(query, acts, ({ askedAt, askedActId }) => [askedAt, askedActId], (act) => act);
  }

  @Get(':askedActId')
  @Summary('Get an act that was asked for')
  @Allow('operator')
  @Answers(200, AskedActSchema, 'The act, as it stands.')
  async get(@Param('askedActId') askedActId: string): Promise<AskedAct> {
    return found('asked act', await this.acts.get(rowId('asked act', askedActId)));
  }

  @Post(':askedActId/confirm')
  @Summary('Confirm an act that was asked for')
  @Allow('operator')
  @Answers(200, AskedActSchema, 'The act, confirmed and carried out. What it is refused with leaves it waiting.')
  @Refuses(
    'same_person', 'act_over', 'subscription_open', 'legal_hold', 'purge_cap_reached', 'account_purged', 'stop_confirmed', 'purge_not_failed', 'nothing_found', 'deadline_not_retryable',
    'effect_not_settleable', 'pause_ended',
  )
  async confirm(@Caller() { metadata }: Identity, @Param('askedActId') askedActId: string, @Execute() execute: Executes<ConfirmAskedAct>): Promise<AskedAct> {
    return found('asked act', await execute(new ConfirmAskedAct(rowId('asked act', askedActId), metadata)));
  }

  @Delete(':askedActId')
  @Summary('Decline an act that was asked for')
  @Allow('operator')
  @Answers(200, AskedActSchema, 'The act, declined; who asked for it may do so too.')
  @Refuses('act_over')
  async decline(@Caller() { metadata }: Identity, @Param('askedActId') askedActId: string, @Execute() execute: Executes<DeclineAskedAct>): Promise<AskedAct> {
    return found('asked act', await execute(new DeclineAskedAct(rowId('asked act', askedActId), metadata)));
  }

  @Post(':askedActId/redact')
  @Summary('Redact the words of an asked act')
  @Allow('operator')
  @Answers(200, AskedActSchema, 'The act, without what an operator had written.')
  @Refuses('nothing_to_redact')
  async redact(@Caller() { metadata }: Identity, @Param('askedActId') askedActId: string, @Execute() execute: Executes<RedactAskedAct>): Promise<AskedAct> {
    return found('asked act', await execute(new RedactAskedAct(rowId('asked act', askedActId), metadata)));
  }
}
