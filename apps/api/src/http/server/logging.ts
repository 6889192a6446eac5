// One JSON line for each request, and Nest's own lines in the same log. No bodies, no tokens, no queries, no paths, and nobody by an id that somebody has chosen.
import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isError, traceOf } from '#running';
import { subjectOf, type Subject } from '../../auth/identity.js';
import { idPattern } from '../input/fields.js';
import { isUuid } from '../input/formats.js';
import type { NameInLog } from '../requests/name-in-log.js';
import { correlationIdOf, requestIdOf } from '../requests/request-id.js';
import { isUncounted, routeOf } from '../requests/route.js';
import { traceIn } from '../requests/span.js';
import { toldCodeOf } from '../requests/told-code.js';
import { refusalOf } from './refusals.js';

/** Injection token of the pino `Logger`. */
export const LOG = Symbol('Log');

export function logRequests(instance: FastifyInstance, log: Logger, nameInLog: NameInLog): void {
  instance.addHook('onResponse', async (request, reply) => {
    const line = await requestLine(request, reply, nameInLog);
    if (reply.statusCode >= 500) log.error(line, 'request');
    // Asked every few seconds, and of no interest while it succeeds.
    else if (isUncounted(request)) log.debug(line, 'request');
    else log.info(line, 'request');
    const act = await operatorsAct(request, reply, nameInLog);
    if (act) log.warn({ ...line, ...act }, 'an operator acted');
  });
}

async function requestLine(request: FastifyRequest, reply: FastifyReply, nameInLog: NameInLog) {
  const subject = subjectOf(request);
  const code = toldCodeOf(request);
  const account = await accountInLog(request, nameInLog);
  const traceId = traceIn(request);
  return {
    method: request.method,
    route: routeOf(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    requestId: requestIdOf(request),
    correlationId: correlationIdOf(request),
    ...(traceId !== undefined && { traceId }),
    ...(code !== undefined && { code }),
    ...(subject && { role: subject.role }),
    ...(account !== undefined && { account }),
    ...(refusalOf(request, reply) && { address: request.ip, ...(subject && { subject: await subjectInLog(subject, nameInLog) }) }),
  };
}

/** Whose account a request was about, as the log names it: a customer's own, also where he asked for somebody else's. */
export async function accountInLog(request: FastifyRequest, nameInLog: NameInLog): Promise<string | undefined> {
  const subject = subjectOf(request);
  const { accountId: named } = (request.params ?? {}) as Record<string, string>;
  const accountId = subject?.accountId ?? named;
  return subject && accountId !== undefined ? nameInLog(accountId) : undefined;
}

/** Staff and machines go by name; that of a customer may be an e-mail address. */
const subjectInLog = async ({ role, subject }: Subject, nameInLog: NameInLog): Promise<string | undefined> => (role === 'customer' ? nameInLog(subject) : subject);

const mutating = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Who did it, and to what: staff goes by name, and of the path only what is an id. */
async function operatorsAct(request: FastifyRequest, reply: FastifyReply, nameInLog: NameInLog): Promise<{ readonly actor: string; readonly target: Readonly<Record<string, string | undefined>> } | undefined> {
  const subject = subjectOf(request);
  if (subject?.role !== 'operator' || !mutating.has(request.method) || reply.statusCode >= 400) return undefined;
  const named = Object.entries((request.params ?? {}) as Record<string, string>).filter(([name, value]) => /Id$|^name$/.test(name) && idPattern.test(value));
  const target = await Promise.all(named.map(async ([name, value]) => [name, isOurs(name, value) ? value : await nameInLog(value)] as const));
  return { actor: subject.subject, target: Object.fromEntries(target) };
}

/** Made here, and of nobody: not what the platform may have chosen, such as an account's id, or what is made of it. */
const isOurs = (name: string, value: string): boolean => name === 'name' || (name !== 'accountId' && isUuid(value));

/** What Nest says goes to the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.target.debug({ context: rest.at(-1) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target.warn({ context: rest.at(-1) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const error = isError(message) ? traceOf(message) : undefined;
    this.target.error({ context: rest.at(-1), ...(error && { error }) }, error ? 'failed' : String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}
