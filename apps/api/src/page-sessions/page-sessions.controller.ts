// The platform's back end asks for a link; the page asks whose session it has, and ends it.
import { Controller, Delete, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Instant } from '#kernel';
import { Memberships } from '#application';
import { type PageSession, PageSessions } from '#page-sessions';
import { PageAccess, sessionTokenOf } from '../auth/page-access.js';
import { Allow } from '../auth/policy.js';
import { Answers, Refuses, Summary } from '../http/answers/answers.js';
import { InstantSchema, object, schema, text } from '../http/answers/schemas.js';
import { notFoundProblem } from '../http/problems/problems.js';

const PageLinkSchema = schema('PageLink', object({ url: { ...text, format: 'uri', description: 'Works once, and until then.' }, expiresAt: InstantSchema }));
const PageSessionSchema = schema('PageSession', object({ accountId: text, expiresAt: InstantSchema }));

@Controller('v1')
export class PageSessionsController {
  constructor(
    private readonly sessions: PageSessions,
    private readonly access: PageAccess,
    private readonly memberships: Memberships,
  ) {}

  @Post('accounts/:accountId/page-sessions')
  @Summary('Get a link to the page')
  @Allow('service')
  @Answers(201, PageLinkSchema, 'A link to the Membership page of the account. It works once, within five minutes, and opens a session of half an hour.')
  @Refuses('account_purged')
  async invite(@Req() request: FastifyRequest, @Param('accountId') accountId: string): Promise<{ url: string; expiresAt: Instant }> {
    await this.memberships.read(accountId);
    const { token, expiresAt } = await this.sessions.invite(accountId);
    return { url: `${this.access.originOf(request)}/membership/open/${token}`, expiresAt };
  }

  @Get('page-session')
  @Summary('Get the page session')
  @Allow('customer')
  @Answers(200, PageSessionSchema, 'Whose page it is, and until when. Only for requests by the cookie of the page: to a token there is none.')
  @Refuses('not_found')
  async show(@Req() request: FastifyRequest): Promise<PageSession> {
    const session = await this.sessions.find(sessionTokenOf(request) ?? '');
    if (!session) throw notFoundProblem('page session');
    return session;
  }

  @Delete('page-session')
  @Summary('End the page session')
  @Allow('customer')
  @Answers(204, null, 'The session has ended, here and in every other tab.')
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.end(sessionTokenOf(request) ?? '');
    reply.header('set-cookie', this.access.cookieOf(request));
  }
}
