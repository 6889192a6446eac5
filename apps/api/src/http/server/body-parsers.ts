// What bodies may come: JSON up to 1 MiB, read strictly, and NDJSON up to 8 MiB, left as bytes.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyTooLarge, invalidRequest, unsupportedType } from '../problems/problems.js';
import { ndjsonMediaType } from '../answers/streams.js';

export const jsonBodyLimit = 1024 * 1024;
const ndjsonBodyLimit = 8 * 1024 * 1024;
/** What is too large is read to its end all the same, up to here: whoever is still sending when the connection closes never sees the answer. */
const drainLimit = 64 * 1024 * 1024;

export function parseBodies(instance: FastifyInstance): void {
  // An empty body has no type: `curl -d ''` announces a form, and means nothing by it. A document of no lines is one.
  instance.addHook('onRequest', (request, _reply, done) => {
    const { 'content-length': length, 'content-type': type } = request.headers;
    if (length === '0' && !type?.startsWith(ndjsonMediaType)) delete request.headers['content-type'];
    done();
  });
  instance.removeAllContentTypeParsers();
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.addContentTypeParser('application/json', { bodyLimit: drainLimit }, async (request: FastifyRequest, payload: Readable) => {
    const body = await upTo(jsonBodyLimit, payload);
    if (body.length === 0) return undefined;
    const text = utf8(body);
    if (text === undefined) throw malformed('must be UTF-8');
    return new Promise((resolve, reject) => {
      void parse(request, text, (error, value) => (error ? reject(malformed('must be well-formed JSON without reserved property names')) : resolve(value)));
    });
  });
  // What comes in chunks says only at its end that it was empty; then it is no body, whatever it was announced as.
  instance.addContentTypeParser('*', { bodyLimit: drainLimit }, async (_request: FastifyRequest, payload: Readable) => {
    if ((await lengthOf(payload)) > 0) throw unsupportedType();
    return undefined;
  });
  instance.addContentTypeParser(ndjsonMediaType, { bodyLimit: drainLimit }, (_request: FastifyRequest, payload: Readable) => upTo(ndjsonBodyLimit, payload));
}

/** The whole body. Throws 413 once a larger one has come to its end. */
async function upTo(limit: number, payload: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > drainLimit) break;
    if (length <= limit) chunks.push(chunk);
  }
  if (length > limit) throw bodyTooLarge();
  return Buffer.concat(chunks);
}

/** Read to its end, and kept nowhere. */
async function lengthOf(payload: Readable): Promise<number> {
  let length = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > drainLimit) break;
  }
  return length;
}

const malformed = (message: string): Error => invalidRequest([{ pointer: '', message }]);

function utf8(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
