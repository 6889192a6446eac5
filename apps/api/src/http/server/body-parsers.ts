// What bodies may come: JSON up to 1 MiB, read strictly unless the route says `rawBody`, which takes any type and is left as bytes, and NDJSON up to 8 MiB, left as bytes, of all that are under way no more than
// the budget has; or NDJSON of any size where the route says `streamedBody`, which holds none of it.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bytesMax, Collected, excessIn } from '#ndjson';
import { StreamedBody } from '../input/streamed-body.js';
import { bodyTooLarge, invalidRequest, unsupportedType } from '../problems/problems.js';
import { ndjsonMediaType } from '../answers/streams.js';
import type { BodyBudget } from './body-budget.js';

export const jsonBodyLimit = 1024 * 1024;
/** What is too large is read to its end all the same, up to here: whoever is still sending when the connection closes never sees the answer. */
const drainLimit = 64 * 1024 * 1024;

/** What comes over the wire beside a body, in bytes: so many, and so many times the body. Each chunk costs as much however little it holds. */
const besides = { most: 64 * 1024, times: 4 } as const;

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
    const body = await upTo(jsonBodyLimit, request, payload, budget);
    if (body.length === 0) return undefined;
    if (isLeftAsBytes(request)) return body;
    const text = utf8(body);
    if (text === undefined) throw malformed('must be UTF-8');
    const excess = excessIn(text);
    if (excess !== null) throw malformed(`must ${excess}`);
    return new Promise((resolve, reject) => {
      void parse(request, text, (error, value) => (error ? reject(malformed('must be well-formed JSON without reserved property names')) : resolve(value)));
    });
  });
  // What comes in chunks says only at its end that it was empty; then it is no body, whatever it was announced as.
  instance.addContentTypeParser('*', { bodyLimit: drainLimit }, async (request: FastifyRequest, payload: Readable) => {
    if (isLeftAsBytes(request)) return upTo(jsonBodyLimit, request, payload, budget);
    if ((await lengthOf(piecesOf(request, payload))) > 0) throw unsupportedType();
    return undefined;
  });
  instance.addContentTypeParser(ndjsonMediaType, { bodyLimit: drainLimit }, async (request: FastifyRequest, payload: Readable) =>
    isStreamed(request) ? new StreamedBody(piecesOf(request, payload)) : upTo(bytesMax, request, payload, budget));
}

/** Whoever signs a body signs its bytes. */
const isLeftAsBytes = ({ routeOptions: { config } }: FastifyRequest): boolean => 'rawBody' in config && config.rawBody === true;

/** Whoever reads it reads it as it comes. */
export const isStreamed = ({ routeOptions: { config } }: FastifyRequest): boolean => 'streamedBody' in config && config.streamedBody === true;

/** Throws where they come in chunks of next to nothing, which ends the connection. */
async function* piecesOf({ raw: { socket } }: FastifyRequest, payload: Readable): Pieces {
  const before = socket.bytesRead;
  let length = 0;
  for await (const piece of payload as AsyncIterable<Buffer>) {
    length += piece.length;
    if (socket.bytesRead - before > besides.most + besides.times * length) throw malformed('must not be sent in chunks of a few bytes');
    yield piece;
  }
}

type Pieces = AsyncGenerator<Buffer, void, void>;

/** The whole body. Throws 413 once a larger one has come to its end, and what `budget` throws: before a byte is read, where its length is known and does not fit. */
async function upTo(limit: number, request: FastifyRequest, payload: Readable, budget: BodyBudget): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced <= limit) budget.announce(request, announced);
  const body = new Collected();
  let length = 0;
  for await (const chunk of piecesOf(request, payload)) {
    length += chunk.length;
    if (length > drainLimit) break;
    if (length > limit) {
      body.take();
    } else {
      budget.take(request, chunk.length);
      body.add(chunk);
    }
  }
  if (length > limit) throw bodyTooLarge();
  return body.take();
}

/** Read to its end, and kept nowhere. */
async function lengthOf(pieces: Pieces): Promise<number> {
  let length = 0;
  for await (const chunk of pieces) {
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
