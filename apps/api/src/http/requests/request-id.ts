// The ids of a request: one of our own, and the correlation id that the caller may bring along.
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** A UUID of our own for every request. */
export const newRequestId = (): string => randomUUID();

export const requestIdOf = (request: FastifyRequest): string => request.id;

/** Narrow enough that no e-mail address and no phone number gets into logs and events this way: digits alone, however separated, may be one. */
const correlationPattern = /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const traceparentPattern = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** `X-Request-Id`, else the trace of `traceparent`, else our own id. */
export function correlationIdOf(request: FastifyRequest): string {
  const { 'x-request-id': given, traceparent } = request.headers;
  if (typeof given === 'string' && correlationPattern.test(given)) return given;
  const trace = typeof traceparent === 'string' ? traceparentPattern.exec(traceparent)?.[1] : undefined;
  return trace ?? requestIdOf(request);
}
