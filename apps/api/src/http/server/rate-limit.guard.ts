// How much one caller may ask of one process: a fixed window of a minute, in memory, so that N processes allow N times as much.
// Whoever is not let in is counted by address, so that tokens and accounts cannot be guessed without end; a good token is never held up by it.
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessGuard } from '../../auth/access.guard.js';
import { identityOf } from '../../auth/identity.js';
import { Problem } from '../problems/problems.js';
import { SETTINGS, type ApiSettings } from './settings.js';

const windowMs = 60_000;

@Injectable()
export class RateLimitGuard implements CanActivate {
  private windowEndsAt = 0;
  private readonly used = new Map<string, number>();

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<ApiSettings, 'rateLimitPerMinute'>,
    private readonly access: AccessGuard,
  ) {}

  /** The access guard is asked from here: what it throws would never come to a guard behind it. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.access.canActivate(context);
    } finally {
      this.spend(context);
    }
  }

  /** Throws `too_many_requests`. */
  private spend(context: ExecutionContext): void {
    const limit = this.settings.rateLimitPerMinute;
    if (limit === 0) return;
    const remaining = limit - this.count(callerOf(context.switchToHttp().getRequest<FastifyRequest>()));
    const resetSeconds = Math.max(1, Math.ceil((this.windowEndsAt - performance.now()) / 1000));
    const headers = { 'ratelimit-limit': String(limit), 'ratelimit-remaining': String(Math.max(0, remaining)), 'ratelimit-reset': String(resetSeconds) };
    context.switchToHttp().getResponse<FastifyReply>().headers(headers);
    if (remaining < 0) throw new Problem('too_many_requests', { headers: { 'retry-after': String(resetSeconds) } });
  }

  private count(caller: string): number {
    if (performance.now() >= this.windowEndsAt) {
      this.used.clear();
      this.windowEndsAt = performance.now() + windowMs;
    }
    const used = (this.used.get(caller) ?? 0) + 1;
    this.used.set(caller, used);
    return used;
  }
}

function callerOf(request: FastifyRequest): string {
  const identity = identityOf(request);
  return identity ? `${identity.role} ${identity.subject} ${identity.accountId ?? ''}` : request.ip;
}
