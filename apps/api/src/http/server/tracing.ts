// One span for each request, as OpenTelemetry has it: by its route and never by its path, and nobody by an id that somebody has chosen.
import type { FastifyInstance } from 'fastify';
import { beginSpan, isTracing } from '#tracing';
import { accountInLog } from './logging.js';
import type { NameInLog } from '../requests/name-in-log.js';
import { requestIdOf } from '../requests/request-id.js';
import { isUncounted, routeOf } from '../requests/route.js';
import { rememberSpan, spanOf } from '../requests/span.js';
import { toldCodeOf } from '../requests/told-code.js';

/** While tracing is off there is no hook. */
export function traceRequests(instance: FastifyInstance, nameInLog: NameInLog): void {
  if (!isTracing()) return;
  instance.addHook('onRequest', (request, _reply, done) => {
    if (isUncounted(request)) return done();
    const { method, headers: { traceparent }, protocol } = request;
    const route = routeOf(request);
    const span = beginSpan(`${method} ${route}`, () => ({
      kind: 'server', from: [typeof traceparent === 'string' ? traceparent : null],
      attributes: { 'http.request.method': method, 'http.route': route, 'url.scheme': protocol, 'request.id': requestIdOf(request) },
    }));
    rememberSpan(request, span);
    span.around(done);
  });
  // A body that comes in pieces has been read outside of what goes on around it.
  instance.addHook('preHandler', (request, _reply, done) => {
    const span = spanOf(request);
    if (span) span.around(done);
    else done();
  });
  instance.addHook('onResponse', async (request, { statusCode }) => {
    const span = spanOf(request);
    if (!span) return;
    const account = await accountInLog(request, nameInLog);
    const code = toldCodeOf(request);
    span.tell({ 'http.response.status_code': statusCode, ...(account !== undefined && { account }), ...(code !== undefined && { 'problem.code': code }) });
    span.end(statusCode >= 500 ? String(statusCode) : undefined);
  });
}
