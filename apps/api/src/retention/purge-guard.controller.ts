// Jumps of the clock, which keep what is due from being carried out, and what a purge would delete before it does.
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import type { Instant } from '#kernel';
import { ConfirmClock, DATA_STORES, Memberships, RedactClockStop } from '#application';
import { type ClockStop, ClockWatch, Deadlines } from '#deadlines';
import { EventStore } from '#event-store';
import { Turns } from '#postgres';
import type { Counts, DataStore } from '#purge';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { Execute, type Executes } from '../http/answers/execute.js';
import { Id, InstantField, Note } from '../http/input/fields.js';
import { found, rowId } from '../http/answers/not-found.js';
import { Page, startInTime, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { PurgePreviewSchema, PurgeStopSchema } from './purge.schemas.js';

class PreviewQuery extends Page {
  @InstantField({ optional: true, description: 'Only purges due before that instant of their account.' }) dueBefore?: Instant;
  @Id({ optional: true, description: 'One account, whether or not its purge is due.' }) accountId?: string;
}

class StopConfirmationBody {
  @Note({ max: 500, description: 'Why the clock is right.' }) reason!: string;
}

interface PurgePreview {
  readonly accountId: string;
  readonly dueAt: Instant | null;
  readonly status: string | null;
  readonly stores: readonly { readonly name: string; readonly counts: Counts }[];
  readonly sealedEvents: number;
}

/** Counting may take long, and everybody else needs connections as well. */
const accountsAtOnce = 2;

@Controller('v1/ops')
export class PurgeGuardController {
  private readonly turns = new Turns(accountsAtOnce);

  constructor(
    private readonly clockWatch: ClockWatch,
    private readonly deadlines: Deadlines,
    private readonly memberships: Memberships,
    private readonly eventStore: EventStore,
    @Inject(DATA_STORES) private readonly stores: readonly DataStore[],
  ) {}

  @Get('purge-preview')
  @Summary('Preview the next purges')
  @Allow('operator')
  @Answers(200, page(PurgePreviewSchema), 'A dry run: what purges would delete, in order of due date. Nothing changes.')
  @Refuses('not_found', 'account_purged')
  async preview(@Query() query: PreviewQuery): Promise<List<PurgePreview>> {
    const { accountId, dueBefore } = query;
    const start = startInTime(query);
    const filter = { kind: 'purge-data', open: true, ...(accountId && { accountId }), ...(dueBefore && { dueBefore }) };
    const { data } = await this.deadlines.list(filter, { limit: query.limit + 1, ...(start && { after: { dueAt: start.at, deadlineId: start.id } }) });
    if (accountId && data.length === 0) {
      await this.memberships.read(accountId);
      return { data: [await this.of(accountId, null, null)], next: null };
    }
    const previews = await Promise.all(data.map((one) => this.of(one.accountId, one.dueAt, one.status).then((shown) => ({ ...shown, deadlineId: one.deadlineId }))));
    return toList(query, previews, ({ dueAt, deadlineId }) => [dueAt!, deadlineId], ({ deadlineId: _id, ...shown }) => shown);
  }

  @Get('purge-stops')
  @Summary('List stops of the clock')
  @Allow('operator')
  @Answers(200, page(PurgeStopSchema), 'Jumps of the clock, latest first. While one is not confirmed, nothing that is due on real time is carried out: no fee, no renewal, no release, no expiry, no purge; and no carrier is asked.')
  async stops(): Promise<List<ClockStop>> {
    return { data: await this.clockWatch.stops(), next: null };
  }

  @Post('purge-stops/:stopId/confirm')
  @Summary('Confirm the clock')
  @Allow('operator')
  @Answers(200, PurgeStopSchema, 'The stop, confirmed: the clock is right, and what waited is carried out.')
  @Refuses('stop_confirmed', 'second_person_needed')
  async confirm(@Caller() { metadata }: Identity, @Param('stopId') stopId: string, @Body() { reason }: StopConfirmationBody, @Execute() execute: Executes<ConfirmClock>): Promise<ClockStop> {
    return found('purge stop', await execute(new ConfirmClock(rowId('purge stop', stopId), metadata, reason)));
  }

  @Post('purge-stops/:stopId/redact')
  @Summary('Redact the words of a stop')
  @Allow('operator')
  @Answers(200, PurgeStopSchema, 'The stop, without what an operator had written.')
  @Refuses('nothing_to_redact')
  async redact(@Caller() { metadata }: Identity, @Param('stopId') stopId: string, @Execute() execute: Executes<RedactClockStop>): Promise<ClockStop> {
    return found('purge stop', await execute(new RedactClockStop(rowId('purge stop', stopId), metadata)));
  }

  /** One statement after the other; whoever asks meanwhile waits for a turn. */
  private of(accountId: string, dueAt: Instant | null, status: string | null): Promise<PurgePreview> {
    return this.turns.run(async () => {
      const stores = [];
      for (const store of this.stores) stores.push({ name: store.name, counts: await store.counts(accountId) });
      return { accountId, dueAt, status, stores, sealedEvents: await this.eventStore.sealedEvents(accountId) };
    });
  }
}
