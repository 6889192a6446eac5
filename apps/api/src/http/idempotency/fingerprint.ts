// What makes a request the same request: method, route with its parameters, query and body, however the path is spelled and whatever the order of the properties.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { StreamedBody } from '../input/streamed-body.js';
import { routeOf } from '../requests/route.js';

/** SHA-256, in hex. */
export function fingerprintOf(request: FastifyRequest): string {
  const hash = createHash('sha256').update(`${request.method} ${routeOf(request)} ${canonical(request.params)} ${canonical(request.query)}\n`);
  const { body } = request;
  if (body instanceof StreamedBody) hash.update('bytes\n').update(body.digest());
  else if (Buffer.isBuffer(body)) hash.update('bytes\n').update(body);
  else hash.update(body === undefined ? 'nothing' : `json\n${canonical(body)}`);
  return hash.digest('hex');
}

/** What comes as JSON is nested no deeper than its parser lets it be. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}
