// An answer is held until its caller has read it: who asks for long ones and reads none of them holds no more than he may hold of bodies.
import type { FastifyInstance } from 'fastify';
import { routeOf } from '../requests/route.js';
import type { BodyBudget } from './body-budget.js';

/** In bytes: what is shorter fits into what the system keeps of a connection. */
const shortMost = 16 * 1024;

/** What was read; what has been done is told however much is held. What is sent as it is made has a pace of its own. */
export function boundUnread(instance: FastifyInstance, budget: BodyBudget): void {
  instance.addHook('onSend', async (request, reply, payload) => {
    const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : 0;
    if (bytes > shortMost && request.method === 'GET' && reply.statusCode < 300 && routeOf(request).startsWith('/v1/')) budget.take(request, bytes);
    return payload;
  });
}
