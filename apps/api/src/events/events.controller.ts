// The feed: everything that happened, to whichever account, for the platform to follow at its own pace.
import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Feed, type FeedWait } from '#application';
import { membershipEvents } from '#domain';
import { UnknownPlace } from '#event-store';
import type { FeedEntryView } from '#read-models';
import { Allow } from '../auth/policy.js';
import { Answers, Summary } from '../http/answers/answers.js';
import { Page, type List } from '../http/answers/page.js';
import { Id, OneOf } from '../http/input/fields.js';
import { Waits, waitSecondsOf } from '../http/requests/prefer.js';
import { longPages, Shares } from '../http/server/shares.js';
import { cursorOf, placeOf, unknownCursor } from './cursor.js';
import { FeedSchema } from './schemas.js';

class FeedQuery extends Page {
  @OneOf(membershipEvents.map(({ type }) => type), { optional: true, description: 'Only events of this type.' }) type?: string;
  @Id({ optional: true, description: 'Only what happened to this account.' }) accountId?: string;
}

interface FeedView extends List<FeedEntryView & { readonly cursor: string }> {
  readonly reached: string | null;
}

@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly feed: Feed,
    private readonly shares: Shares,
  ) {}

  @Get()
  @Summary('Follow all events')
  @Allow('service')
  @Waits()
  @Answers(200, FeedSchema, 'What happened, in the order in which it was recorded. With `Prefer: wait=<seconds>`, 60 at most, an empty answer waits that long for something to happen.')
  async read(
    @Query() { after, limit, type, accountId }: FeedQuery,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeedView> {
    const seconds = waitSecondsOf(prefer);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const asked = { after: after === undefined ? null : placeOf(after), limit, type, accountId };
    const wait = { waitMs: (seconds ?? 0) * 1000, asker: gone.signal, furtherMost: longPages.entries, look: ((read, further) => this.shares.whileReading(request, read, further)) satisfies FeedWait['look'] };
    const { entries, reached, more } = await this.feed.read(asked, wait).catch((error: unknown) => {
      throw error instanceof UnknownPlace ? unknownCursor() : error;
    });
    if (seconds !== undefined) reply.header('preference-applied', `wait=${seconds}`);
    const told = reached && cursorOf(reached);
    return { data: entries.map(({ entry, place }) => ({ cursor: cursorOf(place), ...entry })), next: more ? told : null, reached: told };
  }
}
