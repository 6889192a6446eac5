// The span of a request, for whoever answers it and for its line in the log.
import type { FastifyRequest } from 'fastify';
import { type Span, traceIdOf } from '#tracing';

const spans = new WeakMap<FastifyRequest, Span>();

export const rememberSpan = (request: FastifyRequest, span: Span): void => {
  spans.set(request, span);
};

/** `undefined` while tracing is off, and of what is not counted. */
export const spanOf = (request: FastifyRequest): Span | undefined => spans.get(request);

export function traceIn(request: FastifyRequest): string | undefined {
  const traceparent = spanOf(request)?.traceparent;
  return traceparent ? traceIdOf(traceparent) : undefined;
}
