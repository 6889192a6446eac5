// What an account looks like now: the Membership page, what may be used, what happened and will happen, and the stream itself.
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { AccountPasts, eventsPage, Memberships, POLICY, timelinePage } from '#application';
import { languageFor, planNamesIn, sayingIn, termsOf, type Language, type PolicyInForce } from '#domain';
import type { Instant } from '#kernel';
import {
  entitlementsView, membershipView,
  type EntitlementsView, type EventView, type MembershipView, type TimelineEntry,
} from '#read-models';
import { Caller, type Identity } from '../auth/identity.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { EventSchema } from '../events/schemas.js';
import { AsOf, KnownAt, ShownIn, Whole } from '../http/input/fields.js';
import { Page, pageOfStream, startOf, streamList, toList, type List } from '../http/answers/page.js';
import { page } from '../http/answers/schemas.js';
import { EntitlementsSchema, MembershipSchema, TimelineEntrySchema } from './schemas.js';

const timelineMost = 1_000;

/** A page that shows a life shows nearly every one as a whole, unless it asks for less. */
class TimelineQuery extends Page {
  @Whole({ min: 1, max: timelineMost, optional: true, description: `Entries to return; ${timelineMost} unless told.` }) override limit = timelineMost;
  @ShownIn() locale?: Language;
  @AsOf() asOf?: Instant;
  @KnownAt() knownAt?: Instant;
}

class MembershipQuery {
  @AsOf() asOf?: Instant;
  @KnownAt() knownAt?: Instant;
  @ShownIn() locale?: Language;
}

@Controller('v1/accounts/:accountId')
export class MembershipController {
  constructor(
    private readonly memberships: Memberships,
    private readonly pasts: AccountPasts,
    @Inject(POLICY) private readonly policy: PolicyInForce,
  ) {}

  @Get('membership')
  @Summary('Show the membership')
  @Allow('customer', 'service', 'operator')
  @Answers(200, MembershipSchema, 'Plans, what is pending, what follows and when, and what may be done now; or all of it as it was.')
  @Refuses('account_purged')
  async membership(@Caller() { role, metadata }: Identity, @Param('accountId') accountId: string, @Query() { locale, ...past }: MembershipQuery): Promise<MembershipView> {
    const { state, now, deadlines } = await this.pasts.read(accountId, past, metadata);
    return membershipView(state, await deadlines(), now, role, planNamesIn(this.policy, languageFor(this.policy, state, locale)));
  }

  @Get('entitlements')
  @Summary('Get entitlements')
  @Allow('customer', 'service')
  @Answers(200, EntitlementsSchema, 'What may be used at this instant.')
  @Refuses('account_purged')
  async entitlements(@Param('accountId') accountId: string): Promise<EntitlementsView> {
    const { state, now } = await this.memberships.read(accountId);
    return entitlementsView(state, now);
  }

  @Get('timeline')
  @Summary('Show the timeline')
  @Allow('customer', 'service', 'operator')
  @Answers(200, page(TimelineEntrySchema), 'Everything that happened and will happen, in order of time; or had happened and was to happen.')
  @Refuses('account_purged')
  async timeline(@Caller() { metadata }: Identity, @Param('accountId') accountId: string, @Query() query: TimelineQuery): Promise<List<TimelineEntry>> {
    const { limit, locale } = query;
    const [at, version, nth] = startOf(query, ['instant', 'version', 'number']) ?? [];
    const start = at === undefined ? null : { at, version: version!, nth: nth! };
    const account = await this.pasts.read(accountId, query, metadata);
    const entries = await timelinePage(account, sayingIn(this.policy, languageFor(this.policy, account.state, locale), termsOf(account.state).timeZone), { after: start, most: limit + 1 });
    return toList(query, entries, ({ place }) => [place.at, place.version, place.nth], ({ entry }) => entry);
  }

  @Get('events')
  @Summary('List events of an account')
  @Allow('service', 'operator')
  @Answers(200, page(EventSchema), 'The stream, oldest first. Personal fields are null from the purge on.')
  async events(@Param('accountId') accountId: string, @Query() query: Page): Promise<List<EventView>> {
    const wanted = pageOfStream(query);
    return streamList(query, await eventsPage(await this.memberships.read(accountId, { evenPurged: true }), wanted));
  }
}
