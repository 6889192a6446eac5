// What operators, viewers and analysts read of somebody is written down before they get to see it.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { StaffRead } from '#staff-reads';
import { identityOf } from '../../auth/identity.js';
import { idPattern } from '../input/fields.js';
import { requestIdOf } from '../requests/request-id.js';
import { routeOf } from '../requests/route.js';
import { toldAccountsOf } from '../requests/told-accounts.js';

/** Rejects where they cannot be written down. */
export type RecordReads = (reads: readonly StaffRead[]) => Promise<void>;

const staff: ReadonlySet<string> = new Set(['operator', 'viewer', 'analyst']);

export function watchStaff(instance: FastifyInstance, record: RecordReads): void {
  instance.addHook('onSend', async (request, reply, payload) => {
    if (request.method === 'GET' && reply.statusCode < 300) await record(readsOf(request));
    return payload;
  });
}

/** Of the account that the path or the query names, and of those that were found; a report is over all of them, and is of nobody by name. */
function readsOf(request: FastifyRequest): readonly StaffRead[] {
  const identity = identityOf(request);
  if (!identity || !staff.has(identity.role)) return [];
  const route = routeOf(request);
  const { accountId } = { ...(request.query as Record<string, unknown>), ...(request.params as Record<string, unknown>) };
  const named = typeof accountId === 'string' && idPattern.test(accountId) ? [accountId] : [];
  const accounts = toldAccountsOf(request) ?? (named.length === 0 && route.startsWith('/v1/analytics/') ? [null] : named);
  const { role, subject } = identity;
  return accounts.map((of) => ({ actorRole: role, actorId: subject, route: `GET ${route}`, accountId: of, requestId: requestIdOf(request) }));
}
