// Makes a listening application of a module: Fastify, its hooks, the checks at the start, and the documents.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import type { Logger } from 'pino';
import { insistence } from '#sandbox';
import { BodyBudget } from './body-budget.js';
import { jsonBodyLimit, parseBodies } from './body-parsers.js';
import { checkEveryMs, Connections, lastWordsMs, patience } from './connections.js';
import { Door } from './door.js';
import { serveDocs } from '../documents/docs.js';
import { LateRefusals } from './late-refusals.js';
import { LOG, logRequests, NestLog } from './logging.js';
import { measureRequests } from './metrics.js';
import { NAME_IN_LOG, RECORD_READS } from './foundation.module.js';
import { countRefusals } from './refusals.js';
import { type RecordReads, watchStaff } from './staff-watch.js';
import type { NameInLog } from '../requests/name-in-log.js';
import { openApiDocument } from '../documents/openapi.js';
import { servePages, type Pages } from '../pages/pages.js';
import { cameTooLate, Problem, problemDocument, problemMediaType } from '../problems/problems.js';
import { correlationIdOf, newRequestId } from '../requests/request-id.js';
import { routeOf } from '../requests/route.js';
import { checkRoutes, policiesOf, type Policies } from '../documents/routes.js';
import { keepRoutes } from './routes-table.js';
import { Shares } from './shares.js';
import { traceRequests } from './tracing.js';
import type { ApiSettings } from './settings.js';
import { boundUnread } from './unread-answers.js';
import { leaveUnread } from './unread-bodies.js';

/** Far longer than any id. */
const paramMost = 512;
/** Where no route is. */
const nowhere = '/%25';

/** Where a path cannot be read, or is longer than any id, there is nothing: it goes to where nothing is, and is counted there, as Fastify would not. */
function isReadable(url: string): boolean {
  const path = url.split('?', 1)[0]!;
  if (path.split('/').some((part) => part.length > paramMost)) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Ready to `listen()` or to be called by `inject()`. Throws, naming the routes, where a policy or an answer is missing. */
export async function createServer(module: DynamicModule | Type, log: Logger, { trustProxy, bodyBytesMost, sandboxInsisted, rateLimitPerMinute }: Pick<ApiSettings, 'trustProxy' | 'bodyBytesMost' | 'sandboxInsisted' | 'rateLimitPerMinute'>, pages?: Pages): Promise<NestFastifyApplication> {
  const marks: Readonly<Record<string, string>> = sandboxInsisted ? { 'sunset-sandbox': insistence } : {};
  const adapter = new FastifyAdapter({
    bodyLimit: jsonBodyLimit,
    requestTimeout: patience.longestMs,
    connectionTimeout: patience.silenceMs,
    http: { headersTimeout: patience.headersMs, connectionsCheckingInterval: checkEveryMs },
    // Who asks while we stop is served, and told that the connection ends.
    return503OnClosing: false,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    rewriteUrl: ({ url = '' }) => (isReadable(url) ? url : nowhere),
    routerOptions: { maxParamLength: paramMost },
    genReqId: newRequestId,
    logger: false,
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => answerGarbage(error, socket, marks),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { bodyParser: false, logger: new NestLog(log), abortOnError: false });
  const instance = adapter.getInstance<FastifyInstance>();
  keepRoutes(instance);
  // Before anything else is done for a request: it may have to wait for the one before it.
  app.get(Connections).keep(instance);
  instance.addHook('onRequest', async (_request, reply) => void reply.headers(marks));
  traceRequests(instance, app.get<NameInLog>(NAME_IN_LOG));
  leaveUnread(instance);
  const budget = new BodyBudget(bodyBytesMost);
  parseBodies(instance, budget);
  boundUnread(instance, budget);
  logRequests(instance, app.get<Logger>(LOG), app.get<NameInLog>(NAME_IN_LOG));
  measureRequests(instance, app.get(Registry));
  countRefusals(instance, app.get(Registry));
  watchStaff(instance, app.get<RecordReads>(RECORD_READS));
  await secure(instance);
  let policies: Policies | undefined;
  app.get(Door).keep(instance, () => (policies ??= policiesOf(app)));
  app.get(Shares).keep(instance);
  if (rateLimitPerMinute > 0) new LateRefusals().keep(instance);
  app.get(Door).name(instance);
  checkRoutes(app);
  serveDocs(instance, () => openApiDocument(app));
  if (pages) await servePages(instance, pages);
  await app.init();
  await instance.ready();
  return app;
}

async function secure(instance: FastifyInstance): Promise<void> {
  await instance.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      // The docs page styles its elements in place and draws its icons from data URLs.
      directives: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], objectSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', correlationIdOf(request));
    if (routeOf(request).startsWith('/v1/')) reply.header('cache-control', 'no-store');
    done();
  });
}

/** What is not even HTTP, or has not come in time. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Socket, marks: Readonly<Record<string, string>>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? cameTooLate() : new Problem('invalid_request', { status: error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400 });
  const { status } = problem;
  const body = JSON.stringify(problemDocument(problem, newRequestId()));
  setTimeout(() => socket.destroy(), lastWordsMs).unref();
  const headers = { 'content-type': problemMediaType, 'content-length': Buffer.byteLength(body), connection: 'close', ...marks };
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}
