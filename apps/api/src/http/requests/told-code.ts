// The code with which a request was refused, for its line in the log.
import type { FastifyRequest } from 'fastify';

const codes = new WeakMap<FastifyRequest, string>();

export const rememberCode = (request: FastifyRequest, code: string): void => {
  codes.set(request, code);
};

export const toldCodeOf = (request: FastifyRequest): string | undefined => codes.get(request);
