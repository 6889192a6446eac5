// What an account looks like now: the Membership page, what may be used, what happened and will happen, and the stream itself.
import { Controller, Get, Param, Query } from '@nestjs/common';
import { Memberships } from '#application';
import { Deadlines } from '#deadlines';
import {
  entitlementsView, eventsView, membershipView, timelineView,
  type EntitlementsView, type EventView, type MembershipView, type TimelineEntry,
} from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses } from '../http/answers/answers.js';
import { Text, Whole } from '../http/input/fields.js';
import { Page, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { sliceByTime, sliceOf } from '../http/answers/slice.js';
import { EntitlementsSchema, EventSchema, MembershipSchema, TimelineEntrySchema } from './schemas.js';

/** A page that shows a life shows it as a whole, unless it asks for less. */
class TimelineQuery {
  @Whole({ min: 1, max: 1000, optional: true, description: 'Entries to return; all of them unless told.' }) limit?: number;
  @Text({ max: 1000, optional: true, description: 'The `next` of the page before.' }) after?: string;
}

@Controller('v1/accounts/:accountId')
export class MembershipController {
  constructor(
    private readonly memberships: Memberships,
    private readonly deadlines: Deadlines,
  ) {}

  @Get('membership')
  @Allow('customer', 'service', 'operator')
  @Answers(200, MembershipSchema, 'Plans, what is pending, what follows and when, and what may be done now.')
  @Refuses('account_purged')
  async membership(@Caller() { role, metadata }: Identity, @Param('accountId') accountId: string): Promise<MembershipView> {
    const { state, now } = await this.memberships.readWritten(accountId, metadata);
    return membershipView(state, await this.deadlines.forAccount(accountId), now, role);
  }

  @Get('entitlements')
  @Allow('customer', 'service')
  @Answers(200, EntitlementsSchema, 'What may be used at this instant.')
  @Refuses('account_purged')
  async entitlements(@Param('accountId') accountId: string): Promise<EntitlementsView> {
    const { state, now } = await this.memberships.read(accountId);
    return entitlementsView(state, now);
  }

  @Get('timeline')
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(TimelineEntrySchema), 'Everything that happened and will happen, in order of time.')
  @Refuses('account_purged')
  async timeline(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Query() { limit = Infinity, after }: TimelineQuery): Promise<List<TimelineEntry>> {
    const { state, events, now } = await this.memberships.readWritten(accountId, metadata);
    return sliceByTime({ limit, ...(after !== undefined && { after }) }, timelineView(state, await events(), now));
  }

  @Get('events')
  @Allow('service', 'operator')
  @Answers(200, page(EventSchema), 'The stream, oldest first. Personal fields are null from the purge on.')
  async events(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<EventView>> {
    const { state, events } = await this.memberships.read(accountId, { evenPurged: true });
    return sliceOf(query, eventsView(state, await events()));
  }
}
