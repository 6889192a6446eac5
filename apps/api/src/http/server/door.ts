// Lets requests in, before a byte of their body is read: verifies the token, or the session of a page, applies the policy of the matched route, counts the caller,
// and hides other customers' accounts.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { idempotencyKeyOf } from '../requests/idempotency-key.js';
import { notFoundProblem, Problem } from '../problems/problems.js';
import type { RateLimits } from '../requests/rate-limits.js';
import { correlationIdOf, requestIdOf } from '../requests/request-id.js';
import { isUncounted } from '../requests/route.js';
import { answerUnrouted } from './problem.filter.js';
import type { ActorIds } from '../../auth/actor-ids.js';
import { asksForForeign, callerOf, letInOf, remember, rememberLetIn, rememberSubject, type Identity, type Subject } from '../../auth/identity.js';
import type { PageAccess } from '../../auth/page-access.js';
import type { Policy } from '../../auth/policy.js';
import type { Tokens } from '../../auth/tokens.js';
import type { Policies } from '../documents/routes.js';

/** Documents and pages are for everybody; of the API, what states no policy is for nobody. */
const unstated = (url: string): Policy => (url.startsWith('/v1/') ? [] : 'anyone');

export class Door {
  constructor(
    private readonly tokens: Tokens,
    private readonly pages: PageAccess,
    private readonly actorIds: ActorIds,
    private readonly limits: RateLimits,
  ) {}

  /** Before any route is added; `policies` is asked for with the first request. */
  keep(instance: FastifyInstance, policies: () => Policies): void {
    instance.addHook('onRequest', async (request, reply) => {
      if (request.is404) {
        this.count(request, reply);
        return answerUnrouted(request, reply);
      }
      const { url = '', method } = request.routeOptions;
      if (isUncounted(request)) return;
      await this.pass(request, reply, policies().get(`${request.method === 'HEAD' ? 'GET' : [method].flat()[0]} ${url}`) ?? unstated(url));
    });
  }

  /** Asks the database, so that it comes once the request has its turn. */
  name(instance: FastifyInstance): void {
    instance.addHook('preValidation', async (request) => {
      const subject = letInOf(request);
      if (subject) remember(request, identify(request, subject, await this.actorIds.of(subject)));
    });
  }

  private async pass(request: FastifyRequest, reply: FastifyReply, policy: Policy): Promise<void> {
    try {
      if (!Object.values((request.params ?? {}) as Record<string, string>).every(isPlain)) throw notFoundProblem('path');
      if (policy !== 'anyone') await this.letIn(request, policy);
    } finally {
      // Whoever is not let in is counted by address, so that tokens and accounts cannot be guessed without end; a good token is never held up by it.
      this.count(request, reply);
    }
  }

  private async letIn(request: FastifyRequest, policy: readonly Subject['role'][]): Promise<void> {
    const { authorization } = request.headers;
    const subject = (authorization === undefined ? await this.pages.subjectOf(request) : null) ?? (await this.tokens.verify(authorization));
    rememberSubject(request, subject);
    if (!policy.includes(subject.role)) throw new Problem('forbidden');
    // Somebody else's account must look exactly like one that does not exist.
    if (asksForForeign(request)) throw notFoundProblem('account');
    rememberLetIn(request);
  }

  private count(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(this.limits.spend(callerOf(request)));
  }
}

function identify(request: FastifyRequest, subject: Subject, actorId: string): Identity {
  const key = idempotencyKeyOf(request);
  return {
    ...subject,
    metadata: {
      actor: { role: subject.role, id: actorId },
      channel: subject.onPage ? 'page' : 'api',
      correlationId: correlationIdOf(request),
      causationId: key ? `idempotency-key:${key.digest}` : `request:${requestIdOf(request)}`,
    },
  };
}

/** Nothing that PostgreSQL or a log line would stumble over, and no longer than an id may be. */
const isPlain = (parameter: string): boolean => parameter.length <= 256 && !/[\p{Cc}\p{Surrogate}]/u.test(parameter);
