// What is thrown, and how it is told.
import { describe, expect, it } from '@jest/globals';
import { ForbiddenException, HttpException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { ClockInDoubt } from '#deadlines';
import { WrittenByNewerRelease } from '#event-store';
import { Refused, refuse } from '#kernel';
import { Retry } from '#postgres';
import { TimeLimitExceeded } from '#running';
import { toProblem } from './failures.js';
import { Problem, problemDocument, problems } from './problems.js';

const failed = (code: string, message = 'x') => new QueryFailedError('SELECT secret', ['ann@example.org'], Object.assign(new Error(message), { code }));
const coded = (code: string) => Object.assign(new Error('x'), { code });
const told = (error: unknown) => {
  const problem = toProblem(error);
  return `${problem.status} ${problem.code}`;
};

describe('toProblem', () => {
  it.each<[string, unknown, string]>([
    ['a refusal', new Refused(refuse('cancellation_not_pending')), '409 cancellation_not_pending'],
    ['a refusal that nobody wrote a line for', new Refused(refuse('made_up')), '500 internal'],
    ['a name that every object inherits', new Refused(refuse('toString')), '500 internal'],
    ['a refused connection', coded('ECONNREFUSED'), '503 unavailable'],
    ['all addresses refused', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), '503 unavailable'],
    ['a socket that is not there', Object.assign(coded('ENOENT'), { syscall: 'connect' }), '503 unavailable'],
    ['a file that is not there', Object.assign(coded('ENOENT'), { syscall: 'open' }), '500 internal'],
    ['a pool that is exhausted', new Error('timeout exceeded when trying to connect'), '503 unavailable'],
    ['a connection that broke', new Error('Connection terminated unexpectedly'), '503 unavailable'],
    ['a queue that did not answer in time', new TimeLimitExceeded('asking the queue took longer than 5000 ms'), '503 unavailable'],
    ['a server that says nothing more', new Error('Query read timeout'), '503 unavailable'],
    ['a connection that broke between two statements', new Error('Query runner already released. Cannot run queries anymore.'), '503 unavailable'],
    ['a database that shuts down', failed('57P01'), '503 unavailable'],
    ['a database that starts, seen while connecting', coded('57P03'), '503 unavailable'],
    ['a standby that took over nothing yet', failed('25006'), '503 unavailable'],
    ['too many connections', failed('53300'), '503 unavailable'],
    ['retries that ran out', new Retry('again'), '503 unavailable'],
    ['a serialization failure that stayed', failed('40001'), '503 unavailable'],
    ['a clock that has jumped', new ClockInDoubt('x'), '503 clock_unconfirmed'],
    ['what a newer release wrote', new WrittenByNewerRelease('x'), '503 unavailable'],
    ['text that cannot be stored', failed('22021'), '422 invalid_request'],
    ['a constraint that nobody expected', failed('23505'), '500 internal'],
    ['a guard of Nest', new ForbiddenException(), '403 forbidden'],
    ['a teapot', new HttpException('x', 418), '422 invalid_request'],
    ['a bug', new TypeError('x is not a function'), '500 internal'],
    ['no error at all', 'text', '500 internal'],
  ])('tells %s', (_, error, expected) => {
    expect(told(error)).toBe(expected);
  });

  it('asks for patience while the database is away', () => {
    expect(toProblem(coded('ECONNREFUSED')).options.headers).toEqual({ 'retry-after': '2' });
    expect(toProblem(new WrittenByNewerRelease('x')).options.headers).toEqual({ 'retry-after': '2' });
    expect(toProblem(new ClockInDoubt('x')).options.headers).toEqual({ 'retry-after': '60' });
  });
});

describe('a problem document', () => {
  it('holds what the refusal adds, and never loses a standard member to it', () => {
    const refusal = new Refused(refuse('cancellation_already_pending', { cancellation: { reason: 'unused' }, status: 'mine', code: 'mine', title: 'mine' }));
    expect(problemDocument(toProblem(refusal), 'id')).toEqual({
      type: 'urn:sunset:problem:cancellation_already_pending',
      title: problems.cancellation_already_pending.title,
      status: 409,
      code: 'cancellation_already_pending',
      detail: `${problems.cancellation_already_pending.title}.`,
      instance: 'urn:uuid:id',
      cancellation: { reason: 'unused' },
    });
  });

  it('has the statuses of the contract', () => {
    const statuses = Object.fromEntries(Object.keys(problems).map((code) => [code, new Problem(code as keyof typeof problems).status]));
    expect(statuses).toMatchObject({
      invalid_request: 422, reason_unknown: 422, acknowledgement_missing: 422, disclosures_missing: 422, disclosures_stale: 422, idempotency_key_reused: 422,
      cancellation_already_pending: 409, subscription_ended: 409, cancellation_not_pending: 409, already_subscribed: 409, plan_change_while_cancelling: 409,
      request_in_progress: 409, attempt_expired: 409, preview_stale: 409, data_read_only: 409, subscription_open: 409, deadline_not_retryable: 409,
      not_found: 404, account_purged: 410, forbidden: 403, unauthenticated: 401, too_many_requests: 429, unavailable: 503,
    });
  });
});
