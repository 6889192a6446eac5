// Who is turned away, counted by why: what a guard watches. The rules that ring are in `docker/alerts.yaml`.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, type Registry } from 'prom-client';
import { asksForForeign } from '../../auth/identity.js';
import { toldCodeOf } from '../requests/told-code.js';

export const refusalReasons = ['no_token', 'token', 'role', 'foreign_account', 'limit', 'body_too_large', 'signature'] as const;

type Reason = (typeof refusalReasons)[number];

export function countRefusals(instance: FastifyInstance, registry: Registry): void {
  const refused = new Counter({
    name: 'sunset_refused_requests_total',
    help: 'Requests that were turned away, by why',
    labelNames: ['reason'] as const,
    registers: [registry],
  });
  for (const reason of refusalReasons) refused.inc({ reason }, 0);
  instance.addHook('onResponse', async (request, reply) => {
    const reason = refusalOf(request, reply);
    if (reason !== undefined) refused.inc({ reason });
  });
}

/** `undefined`: it was not turned away, or for what anybody may get wrong. */
export function refusalOf(request: FastifyRequest, reply: FastifyReply): Reason | undefined {
  if (asksForForeign(request)) return 'foreign_account';
  if (reply.statusCode === 413) return 'body_too_large';
  switch (toldCodeOf(request)) {
    case 'unauthenticated': return request.headers.authorization === undefined ? 'no_token' : 'token';
    case 'forbidden': return 'role';
    case 'too_many_requests': return 'limit';
    case 'signature_refused': return 'signature';
    default: return undefined;
  }
}
