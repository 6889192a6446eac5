// The Idempotency-Key header. Only its digest is kept: a key may be anything, also something personal.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { invalidField } from '../problems/problems.js';

export interface IdempotencyKey {
  /** SHA-256, in hex. */
  readonly digest: string;
}

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** `undefined` without the header; throws `invalid_request` for anything but 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(request: FastifyRequest): IdempotencyKey | undefined {
  const value = request.headers['idempotency-key'];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !visibleAscii.test(value)) {
    throw invalidField('/header/idempotency-key', 'must be 1 to 255 visible ASCII characters');
  }
  return { digest: createHash('sha256').update(value).digest('hex') };
}
