// What operators look at beside the health: what comes, how late is usual, what carriers answer; and lists over all accounts that no resource has.
import { Controller, Get, Query } from '@nestjs/common';
import { DeadlineFigures, type UpcomingDeadlines, type UsualLateness } from '#deadlines';
import { type CarrierAnswers, EffectQueries } from '#effects';
import { Database } from '#postgres';
import { standingHolds, type StandingHold } from '#read-models';
import { Endpoints, shownEndpointStatuses, type Endpoint, type ShownEndpointStatus } from '#webhooks';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { Id, OneOf } from '../http/input/fields.js';
import { WebhookEndpointSchema } from '../webhooks/schemas.js';
import { OutlookSchema, StandingHoldSchema } from './schemas.js';

class EndpointsQuery extends Page {
  @OneOf(shownEndpointStatuses, { optional: true }) status?: ShownEndpointStatus;
}

const holdStatuses = ['standing', 'review-due'] as const;

class HoldsQuery extends Page {
  @OneOf(holdStatuses, { optional: true }) status?: (typeof holdStatuses)[number];
  @Id({ optional: true }) accountId?: string;
}

interface Outlook {
  readonly lateness: readonly UsualLateness[];
  readonly upcoming: readonly UpcomingDeadlines[];
  readonly answers: readonly CarrierAnswers[];
}

const hoursAhead = 7 * 24;

@Controller('v1/ops')
export class OutlookController {
  constructor(
    private readonly database: Database,
    private readonly deadlines: DeadlineFigures,
    private readonly effects: EffectQueries,
    private readonly endpoints: Endpoints,
  ) {}

  @Get('outlook')
  @Summary('Show what comes')
  @Allow('operator')
  @Answers(200, OutlookSchema, 'What is due within seven days by kind and hour, how late is usual, and what carriers have answered within a day.')
  async outlook(): Promise<Outlook> {
    return { lateness: await this.deadlines.lateness(), upcoming: await this.deadlines.upcoming(hoursAhead), answers: await this.effects.answers() };
  }

  @Get('webhook-endpoints')
  @Summary('List webhook endpoints for operators')
  @Allow('operator')
  @Answers(200, page(WebhookEndpointSchema), 'In the order in which they were registered, without their secrets.')
  async list(@Query() query: EndpointsQuery): Promise<List<Endpoint>> {
    const start = startInTime(query);
    const rows = await this.endpoints.list({ limit: query.limit + 1, status: query.status, ...(start && { after: { createdAt: start.at, endpointId: start.id } }) });
    return toList(query, rows, ({ createdAt, endpointId }) => [createdAt, endpointId], (row) => row);
  }

  @Get('legal-holds')
  @Summary('List standing legal holds')
  @Allow('operator')
  @Answers(200, page(StandingHoldSchema), 'Of all accounts, the one that is to be looked at again before the others first; a moment late.')
  async holds(@Query() query: HoldsQuery): Promise<List<StandingHold>> {
    const start = startInTime(query, 'id');
    const filter = { ...(query.status && { due: query.status === 'review-due' }), ...(query.accountId && { accountId: query.accountId }) };
    const rows = await standingHolds(this.database, filter, { limit: query.limit + 1, ...(start && { after: { reviewAt: start.at, holdId: start.id } }) });
    return toList(query, rows, ({ reviewAt, holdId }) => [reviewAt, holdId], (row) => row);
  }
}
