// What bodies may come: JSON up to 1 MiB, read strictly, and NDJSON up to 8 MiB, left as bytes.
import type { FastifyInstance } from 'fastify';
import { invalidRequest } from './problems.js';
import { ndjsonMediaType } from './streams.js';

export const jsonBodyLimit = 1024 * 1024;
const ndjsonBodyLimit = 8 * 1024 * 1024;

export function parseBodies(instance: FastifyInstance): void {
  // An empty body has no type: `curl -d ''` announces a form, and means nothing by it.
  instance.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['content-length'] === '0') delete request.headers['content-type'];
    done();
  });
  instance.removeAllContentTypeParsers();
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: jsonBodyLimit }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = utf8(body);
    if (text === undefined) return done(malformed('must be UTF-8'));
    void parse(request, text, (error, value) => (error ? done(malformed('must be well-formed JSON without reserved property names')) : done(null, value)));
  });
  instance.addContentTypeParser(ndjsonMediaType, { parseAs: 'buffer', bodyLimit: ndjsonBodyLimit }, (_request, body: Buffer, done) => done(null, body));
}

const malformed = (message: string): Error => invalidRequest([{ pointer: '', message }]);

function utf8(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
