// Which route a request came to, whatever stood in its path and however it was spelled.
import type { FastifyRequest } from 'fastify';

/** The template, so that neither metrics nor logs know what stood in the path; `unrouted` where there is none. */
export const routeOf = (request: FastifyRequest): string => (request.is404 ? 'unrouted' : (request.routeOptions.url ?? 'unrouted'));

/** Orchestrators and scrapers ask again and again, from where everybody else may come from: never counted, and waiting for nobody. */
const uncounted: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

export const isUncounted = (request: FastifyRequest): boolean => uncounted.has(routeOf(request));
