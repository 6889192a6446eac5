// What a customer's browser opens: the link becomes a cookie, and the address bar shows the page.
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PageSessions } from '#page-sessions';
import { PageAccess } from '../auth/page-access.js';
import { Anyone } from '../auth/policy.js';
import { Answers } from '../http/answers/answers.js';

@Controller('membership/open')
export class PageLinksController {
  constructor(
    private readonly sessions: PageSessions,
    private readonly access: PageAccess,
  ) {}

  /** A link that does not work leads to the page as well, which then finds no session and says so. */
  @Get(':link')
  @ApiExcludeEndpoint()
  @Anyone()
  @Answers(303, null, 'To the Membership page; with a cookie the first time, within five minutes.')
  async open(@Param('link') link: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    reply.headers({ location: '/membership/', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    // Whoever only looks at the link has not opened it.
    const session = request.method === 'HEAD' ? null : await this.sessions.open(link);
    if (session) reply.header('set-cookie', this.access.cookieOf(request, session));
  }
}
