// What carriers list against what we believe, as operators see it. It is compared once a day, and at once where somebody asks; nothing is changed by it.
import { Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { AskForDriftRun } from '#application';
import { DriftFindings, driftFindings, DriftRuns, driftStatuses, type DriftFinding, type DriftRun, type RecordedDrift } from '#carrier-drift';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { Id, OneOf, Text } from '../http/input/fields.js';
import { SETTINGS, type ApiSettings } from '../http/server/settings.js';
import { driftKinds, DriftFindingSchema, DriftRunSchema } from './drift.schemas.js';

class DriftQuery extends Page {
  @OneOf(driftFindings, { optional: true }) finding?: DriftFinding;
  @OneOf(driftKinds, { optional: true }) kind?: (typeof driftKinds)[number];
  @OneOf(driftStatuses, { optional: true }) status?: (typeof driftStatuses)[number];
  @Text({ max: 64, optional: true }) carrier?: string;
  @Id({ optional: true }) accountId?: string;
}

@Controller('v1/ops/drift')
export class DriftController {
  constructor(
    private readonly findings: DriftFindings,
    private readonly runs: DriftRuns,
    @Inject(SETTINGS) private readonly settings: Pick<ApiSettings, 'carrier'>,
  ) {}

  @Get()
  @Summary('List drift from the carriers')
  @Allow('operator')
  @Answers(200, page(DriftFindingSchema), 'What a carrier and we do not say alike, what was seen first last.')
  async list(@Query() query: DriftQuery): Promise<List<RecordedDrift>> {
    const start = startInTime(query);
    const rows = await this.findings.list(query, { limit: query.limit + 1, ...(start && { after: { firstSeenAt: start.at, findingId: start.id } }) });
    return toList(query, rows, ({ firstSeenAt, findingId }) => [firstSeenAt, findingId], (row) => row);
  }

  @Post('runs')
  @Summary('Compare with the carrier at once')
  @Allow('operator')
  @Answers(202, DriftRunSchema, 'A worker lists what the carrier holds and compares it. A run that is under way goes on.')
  @Refuses()
  run(@Caller() { metadata }: Identity, @Execute() execute: Executes<AskForDriftRun>): Promise<DriftRun> {
    return execute(new AskForDriftRun(this.settings.carrier, metadata.actor.id));
  }

  @Get('runs')
  @Summary('List comparisons with the carriers')
  @Allow('operator')
  @Answers(200, page(DriftRunSchema), 'Latest first.')
  async listRuns(@Query() query: Page): Promise<List<DriftRun>> {
    const start = startInTime(query);
    const rows = await this.runs.list({ limit: query.limit + 1, ...(start && { after: { askedAt: start.at, runId: start.id } }) });
    return toList(query, rows, ({ askedAt, runId }) => [askedAt, runId], (row) => row);
  }
}
