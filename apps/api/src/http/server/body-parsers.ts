// What bodies may come: JSON up to 1 MiB, read strictly unless the route says `rawBody`, and NDJSON up to 8 MiB, left as bytes, of all that are under way no more than
// the budget has; or NDJSON of any size where the route says `streamedBody`, which holds none of it.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { StreamedBody } from '../input/streamed-body.js';
import { bodyTooLarge, invalidRequest, unsupportedType } from '../problems/problems.js';
import { ndjsonMediaType } from '../answers/streams.js';
import type { BodyBudget } from './body-budget.js';

export const jsonBodyLimit = 1024 * 1024;
const ndjsonBodyLimit = 8 * 1024 * 1024;
/** What is too large is read to its end all the same, up to here: whoever is still sending when the connection closes never sees the answer. */
const drainLimit = 64 * 1024 * 1024;

/** What is nested deeper, or has more members and elements, is refused before anything is made of it. */
const deepest = 64;
const partsMost = 50_000;

export function parseBodies(instance: FastifyInstance, budget: BodyBudget): void {
  // An empty body has no type: `curl -d ''` announces a form, and means nothing by it. A document of no lines is one.
  instance.addHook('onRequest', (request, reply, done) => {
    const { 'content-length': length, 'content-type': type } = request.headers;
    if (length === '0' && !type?.startsWith(ndjsonMediaType)) delete request.headers['content-type'];
    reply.raw.once('close', () => budget.give(request));
    done();
  });
  instance.removeAllContentTypeParsers();
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.addContentTypeParser('application/json', { bodyLimit: drainLimit }, async (request: FastifyRequest, payload: Readable) => {
    const body = await upTo(jsonBodyLimit, payload, (bytes) => budget.take(request, bytes));
    if (body.length === 0) return undefined;
    if (isLeftAsBytes(request)) return body;
    const text = utf8(body);
    if (text === undefined) throw malformed('must be UTF-8');
    refuseExcess(body);
    return new Promise((resolve, reject) => {
      void parse(request, text, (error, value) => (error ? reject(malformed('must be well-formed JSON without reserved property names')) : resolve(value)));
    });
  });
  // What comes in chunks says only at its end that it was empty; then it is no body, whatever it was announced as.
  instance.addContentTypeParser('*', { bodyLimit: drainLimit }, async (_request: FastifyRequest, payload: Readable) => {
    if ((await lengthOf(payload)) > 0) throw unsupportedType();
    return undefined;
  });
  instance.addContentTypeParser(ndjsonMediaType, { bodyLimit: drainLimit }, async (request: FastifyRequest, payload: Readable) =>
    isStreamed(request) ? new StreamedBody(payload) : upTo(ndjsonBodyLimit, payload, (bytes) => budget.take(request, bytes)));
}

/** Whoever signs a body signs its bytes. */
const isLeftAsBytes = ({ routeOptions: { config } }: FastifyRequest): boolean => 'rawBody' in config && config.rawBody === true;

/** Whoever reads it reads it as it comes. */
export const isStreamed = ({ routeOptions: { config } }: FastifyRequest): boolean => 'streamedBody' in config && config.streamedBody === true;

/** The whole body. Throws 413 once a larger one has come to its end, and what `hold` throws. */
async function upTo(limit: number, payload: Readable, hold: (bytes: number) => void): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > drainLimit) break;
    if (length > limit) {
      chunks = [];
    } else {
      hold(chunk.length);
      chunks.push(chunk);
    }
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

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Looks at the bytes alone: of what is not well-formed the parser tells. */
function refuseExcess(body: Buffer): void {
  let [depth, parts, isInString] = [0, 0, false];
  for (let place = 0; place < body.length; place += 1) {
    const byte = body[place]!;
    if (isInString) {
      if (byte === backslash) place += 1;
      else if (byte === quote) isInString = false;
    } else if (byte === quote) {
      isInString = true;
    } else if (opening.has(byte)) {
      depth += 1;
      if (depth > deepest) throw malformed(`must not be nested deeper than ${deepest} levels`);
    } else if (closing.has(byte)) {
      depth -= 1;
    } else if (byte === comma || byte === colon) {
      parts += 1;
      if (parts > partsMost) throw malformed(`must not have more than ${partsMost} members and elements`);
    }
  }
}

function utf8(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
