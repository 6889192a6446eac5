// Every POST, PUT, PATCH and DELETE is written in one transaction, and with an Idempotency-Key once only.
import { createHash } from 'node:crypto';
import { createParamDecorator, Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, of, type Observable } from 'rxjs';
import type { Refused } from '#kernel';
import { Database } from '#postgres';
import { customersOf, identityOf, type Identity } from '../../auth/identity.js';
import { toProblem } from '../problems/failures.js';
import { fingerprintOf } from './fingerprint.js';
import { idempotencyKeyOf } from '../requests/idempotency-key.js';
import { Idempotency, type Answer, type IdempotentRequest, type Outcome, type Told } from './idempotency.js';
import { isRecord } from '../input/input.js';
import { problemDocument, problemMediaType, type ProblemDocument } from '../problems/problems.js';
import { requestIdOf } from '../requests/request-id.js';
import { routeOf } from '../requests/route.js';
import { rememberCode } from '../requests/told-code.js';

const ownTransactionKey = 'sunset:ownTransaction';

/** The handler opens its transactions itself, through {@link OnceOnly} where the key must count. */
export const OwnTransaction = (): MethodDecorator => SetMetadata(ownTransactionKey, true);

/**
 * Runs `work` in a transaction, and with an Idempotency-Key once only: a repeated request gets the value of the first.
 * `work` must return what JSON can hold; what comes after the call (waiting, say) is done by every request.
 */
export type Once = <T>(work: () => Promise<T>, options?: OnceOptions) => Promise<T>;

export interface OnceOptions {
  /** What `work` returns tells nothing of an account: it is kept although the account be purged meanwhile. */
  readonly outlivesAccount?: boolean;
}

const onces = new WeakMap<FastifyRequest, Once>();

/** Parameter decorator for handlers with {@link OwnTransaction}: `@OnceOnly() once: Once`. */
export const OnceOnly = createParamDecorator((_: unknown, context: ExecutionContext): Once => {
  const once = onces.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!once) throw new Error('@OnceOnly() needs @OwnTransaction() on a POST, PUT, PATCH or DELETE');
  return once;
});

/** An answer that was made already and goes out as it is. */
export class Answered extends Error {
  constructor(readonly told: Told) {
    super('answered');
  }
}

const mutating = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const json = 'application/json; charset=utf-8';
const keptHeaders = ['content-type', 'location'] as const;

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!mutating.has(request.method)) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (Reflect.getMetadata(ownTransactionKey, context.getHandler())) {
      onces.set(request, this.onceFor(request));
      return next.handle();
    }
    const idempotent = idempotentRequest(request);
    const { statusCode } = reply;
    const handle = (): Promise<unknown> => {
      reply.status(statusCode);
      return lastValueFrom(next.handle(), { defaultValue: undefined });
    };
    if (!idempotent) return of(await this.database.lazily(handle));

    const work = async (): Promise<Outcome> => outcome(request, await handle(), reply);
    const told = await this.idempotency.once(idempotent, work, (refused) => refusalOutcome(request, refused));
    announce(reply, told);
    return of(told.answer.body ?? undefined);
  }

  /** Which request it is, is asked when the work begins: a body that comes in pieces has come by then. */
  private onceFor(request: FastifyRequest): Once {
    return async <T>(work: () => Promise<T>, { outlivesAccount = false }: OnceOptions = {}): Promise<T> => {
      const idempotent = idempotentRequest(request);
      if (!idempotent) return this.database.lazily(work);
      const step = async (): Promise<Outcome> => {
        const value = await work();
        return { answer: { status: 200, headers: {}, body: JSON.stringify(value) }, accountId: outlivesAccount ? null : accountOf(request, value) };
      };
      const told = await this.idempotency.once(idempotent, step, (refused) => refusalOutcome(request, refused));
      if (told.answer.status >= 400) throw new Answered(told);
      return JSON.parse(told.answer.body ?? 'null') as T;
    };
  }
}

/** Where anyone may call there is nobody whose keys could be told apart. */
function idempotentRequest(request: FastifyRequest): IdempotentRequest | undefined {
  const identity = identityOf(request);
  const key = idempotencyKeyOf(request);
  if (!identity || !key) return undefined;
  return {
    id: createHash('sha256').update(`${scopeOf(identity)}\n${key.digest}`).digest('hex'),
    fingerprint: fingerprintOf(request),
    // What operators are told of their work names accounts, and no person.
    fallsSilent: routeOf(request).startsWith('/v1/accounts'),
    countedFor: customersOf(identity),
  };
}

const scopeOf = ({ role, subject, accountId }: Identity): string => JSON.stringify([role, subject, accountId ?? null]);

function outcome(request: FastifyRequest, value: unknown, reply: FastifyReply): Outcome {
  const body = value === undefined ? null : JSON.stringify(value);
  if (body !== null && !reply.hasHeader('content-type')) reply.header('content-type', json);
  const headers = Object.fromEntries(keptHeaders.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])));
  return { answer: { status: reply.statusCode, headers, body }, accountId: accountOf(request, value) };
}

function refusalOutcome(request: FastifyRequest, refused: Refused): Outcome {
  const document = problemDocument(toProblem(refused), requestIdOf(request));
  const answer: Answer = { status: document.status, headers: { 'content-type': problemMediaType }, body: JSON.stringify(document) };
  // That an account is purged stays so, and holds nothing of its data. Kept with the account, it would be new work for the purge each time it is told.
  return { answer, accountId: refused.refusal.refused === 'account_purged' ? null : accountOf(request, undefined) };
}

/** The account whose data the answer may hold: the path's, else the one the answer or the body names, else the caller's. */
function accountOf(request: FastifyRequest, value: unknown): string | null {
  const named = [request.params, value, request.body].map((part) => (isRecord(part) ? part['accountId'] : undefined));
  return named.find((id): id is string => typeof id === 'string') ?? identityOf(request)?.accountId ?? null;
}

/** Status and headers of an answer kept, or just made. */
export function announce(reply: FastifyReply, { answer: { status, headers, body }, replayed }: Told): FastifyReply {
  if (status >= 400 && body !== null) rememberCode(reply.request, (JSON.parse(body) as ProblemDocument).code);
  reply.status(status).headers(headers);
  return replayed ? reply.header('idempotency-replayed', 'true') : reply;
}
