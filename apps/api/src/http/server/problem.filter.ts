// The last stop of everything thrown: a problem document for the caller, the cause for the log.
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { traceOf } from '#running';
import { toProblem } from '../problems/failures.js';
import { announce, Answered } from '../idempotency/idempotency.interceptor.js';
import { notFoundProblem, Problem, problemDocument, problemMediaType } from '../problems/problems.js';
import { correlationIdOf, requestIdOf } from '../requests/request-id.js';
import { methodsOf } from './routes-table.js';
import { rememberCode } from '../requests/told-code.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof Answered) return announce(reply, error.told).send(error.told.answer.body ?? undefined);
    const problem = toProblem(error);
    if (problem.status >= 500) {
      const ids = { requestId: requestIdOf(request), correlationId: correlationIdOf(request) };
      this.log.error({ ...ids, code: problem.code, error: traceOf(error) }, 'request failed');
    }
    return sendProblem(request, reply, problem);
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const document = problemDocument(problem, requestIdOf(request));
  rememberCode(request, problem.code);
  return reply
    .status(problem.status)
    .headers({ ...problem.options.headers, 'content-type': problemMediaType })
    .send(JSON.stringify(document));
}

/** No route matched: the path may still be one of ours, with other methods. */
export function answerUnrouted(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const methods = methodsOf(request.server, request.url);
  if (methods.length === 0) return sendProblem(request, reply, notFoundProblem('path'));
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (request.method === 'OPTIONS') return reply.status(204).header('allow', allow).send();
  return sendProblem(request, reply, new Problem('method_not_allowed', { headers: { allow } }));
}

