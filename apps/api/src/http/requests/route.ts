// Which route a request came to, whatever stood in its path and however it was spelled.
import type { FastifyRequest } from 'fastify';

/** The template, so that neither metrics nor logs know what stood in the path; `unrouted` where there is none. */
export const routeOf = (request: FastifyRequest): string => (request.is404 ? 'unrouted' : (request.routeOptions.url ?? 'unrouted'));
