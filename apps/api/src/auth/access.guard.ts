// Lets a request in: verifies the token, applies the handler's policy, and hides other customers' accounts.
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { idempotencyKeyOf } from '../http/requests/idempotency-key.js';
import { notFoundProblem, Problem } from '../http/problems/problems.js';
import { correlationIdOf, requestIdOf } from '../http/requests/request-id.js';
import { ACTOR_IDS, type ActorIds } from './actor-ids.js';
import { remember, rememberSubject, type Identity, type Subject } from './identity.js';
import { policyOf } from './policy.js';
import { Tokens } from './tokens.js';

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly tokens: Tokens,
    @Inject(ACTOR_IDS) private readonly actorIds: ActorIds,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const parameters = (request.params ?? {}) as Record<string, string>;
    if (!Object.values(parameters).every(isPlain)) throw notFoundProblem('path');

    const policy = policyOf(context.getHandler());
    if (policy === 'anyone') return true;
    const subject = await this.tokens.verify(request.headers.authorization);
    rememberSubject(request, subject);
    if (!policy?.includes(subject.role)) throw new Problem('forbidden');
    // Somebody else's account must look exactly like one that does not exist.
    const { accountId } = parameters;
    if (accountId !== undefined && subject.role === 'customer' && subject.accountId !== accountId) throw notFoundProblem('account');

    remember(request, identify(request, subject, await this.actorIds.of(subject)));
    return true;
  }
}

function identify(request: FastifyRequest, subject: Subject, actorId: string): Identity {
  const key = idempotencyKeyOf(request);
  return {
    ...subject,
    metadata: {
      actor: { role: subject.role, id: actorId },
      channel: 'api',
      correlationId: correlationIdOf(request),
      causationId: key ? `idempotency-key:${key.digest}` : `request:${requestIdOf(request)}`,
    },
  };
}

/** Nothing that PostgreSQL or a log line would stumble over, and no longer than an id may be. */
const isPlain = (parameter: string): boolean => parameter.length <= 256 && !/[\p{Cc}\p{Surrogate}]/u.test(parameter);
