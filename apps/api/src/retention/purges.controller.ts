// Purges as operators see them: how far they are, what outlives them, and the way out for those that wait.
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { Instant } from '#kernel';
import { PurgeWaits, RedactPurge, RetryPurge, type ShownPurge } from '#application';
import { KeptEvidence, purgeStatuses, Purges, type Evidence, type PurgeStatus, type RecordedPurge } from '#purge';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Id, InstantField, Note, OneOf, Text } from '../http/input/fields.js';
import { found } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { EvidenceSchema, PurgeSchema } from './purge.schemas.js';

class PurgesQuery extends Page {
  @OneOf(purgeStatuses, { optional: true }) status?: PurgeStatus;
  @Id({ optional: true }) accountId?: string;
  @InstantField({ optional: true, description: 'Only those begun before that instant.' }) startedBefore?: Instant;
  @Text({ max: 200, optional: true, description: 'Stands in the last error or in what the verification found, in capitals or not.' }) error?: string;
}

class PurgeRetryBody {
  @Note({ max: 500, optional: true, description: 'Why what the verification found may stay in the places that `findings` names. The certificate says that it was accepted, and not why.' })
  acceptFindings?: string;
}

@Controller('v1/ops/purges')
export class PurgesController {
  constructor(
    private readonly purges: Purges,
    private readonly evidence: KeptEvidence,
    private readonly waits: PurgeWaits,
  ) {}

  @Get()
  @Summary('List purges')
  @Allow('operator')
  @Answers(200, page(PurgeSchema), 'Latest first.')
  async list(@Query() query: PurgesQuery): Promise<List<ShownPurge>> {
    const start = startInTime(query, 'string');
    const purges = await this.purges.list(query, { limit: query.limit + 1, ...(start && { after: { startedAt: start.at, purgeId: start.id } }) });
    return toList(query, await this.waits.shown(purges), ({ startedAt, purgeId }) => [startedAt, purgeId], (purge) => purge);
  }

  @Get(':purgeId')
  @Summary('Get a purge')
  @Allow('operator')
  @Answers(200, PurgeSchema, 'One purge, and how far it is.')
  async get(@Param('purgeId') purgeId: string): Promise<ShownPurge> {
    return this.shown(found('purge', await this.purges.get(purgeId)));
  }

  @Get(':purgeId/evidence')
  @Summary('List evidence kept by a purge')
  @Allow('operator')
  @Answers(200, page(EvidenceSchema), 'What outlives the purge as evidence, each piece until its own day.')
  async kept(@Param('purgeId') purgeId: string): Promise<List<Evidence>> {
    return { data: await this.evidence.of(found('purge', await this.purges.get(purgeId))), next: null };
  }

  @Post(':purgeId/retry')
  @Summary('Retry a purge')
  @Allow('operator')
  @Answers(200, PurgeSchema, 'The purge, running again.')
  @Refuses('purge_not_failed', 'nothing_found', 'second_person_needed')
  async retry(@Caller() { metadata }: Identity, @Param('purgeId') purgeId: string, @Body() { acceptFindings }: PurgeRetryBody, @Execute() execute: Executes<RetryPurge>): Promise<ShownPurge> {
    return this.shown(found('purge', await execute(new RetryPurge(purgeId, metadata, acceptFindings ?? null))));
  }

  @Post(':purgeId/redact')
  @Summary('Redact the words of a purge')
  @Allow('operator')
  @Answers(200, PurgeSchema, 'The purge, without what an operator had written when findings were accepted.')
  @Refuses('nothing_to_redact')
  async redact(@Caller() { metadata }: Identity, @Param('purgeId') purgeId: string, @Execute() execute: Executes<RedactPurge>): Promise<ShownPurge> {
    return this.shown(found('purge', await execute(new RedactPurge(purgeId, metadata))));
  }

  private async shown(purge: RecordedPurge): Promise<ShownPurge> {
    return (await this.waits.shown([purge]))[0]!;
  }
}
