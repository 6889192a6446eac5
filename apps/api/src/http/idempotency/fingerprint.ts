// What makes a request the same request: method, path, query and body, whatever the order of the body's properties.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../problems/problems.js';

/** SHA-256, in hex. */
export function fingerprintOf(request: FastifyRequest): string {
  const hash = createHash('sha256').update(`${request.method} ${request.url}\n`);
  const { body } = request;
  if (Buffer.isBuffer(body)) hash.update('bytes\n').update(body);
  else hash.update(body === undefined ? 'nothing' : `json\n${canonical(body, 0)}`);
  return hash.digest('hex');
}

/** Deeper than any body of ours, and far from where the stack ends. */
const deepest = 64;

function canonical(value: unknown, depth: number): string {
  if (depth > deepest) throw invalidRequest([{ pointer: '', message: `must not be nested deeper than ${deepest} levels` }]);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item, depth + 1)}`).join(',')}}`;
}
