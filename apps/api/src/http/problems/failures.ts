// Whatever was thrown, as the problem it is told as.
import { HttpException } from '@nestjs/common';
import { ClockInDoubt } from '#deadlines';
import { WrittenByNewerRelease } from '#event-store';
import { isRefusal, Refused } from '#kernel';
import { MasterKeyMissing } from '#personal-data';
import { sqlState } from '#postgres';
import { cannotAnswerNow, isError } from '#running';
import { bodyTooLarge, cameTooLate, invalidField, isProblemCode, notFoundProblem, Problem, unsupportedType } from './problems.js';

const retryAfterSeconds = '2';
/** An operator has to look. */
const retryAfterOperatorSeconds = '60';

/** Behind a balancer the next try may meet a process of that release. */
const newerRelease = 'The account was written to by a newer release than this process; it is to be replaced.';

/** Text that PostgreSQL cannot store: a NUL or a lone surrogate that no field rule caught. */
const unstorableStates = new Set(['22021', '22P05']);

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) return refusalProblem(error);
  if (error instanceof ClockInDoubt) return new Problem('clock_unconfirmed', { headers: { 'retry-after': retryAfterOperatorSeconds } });
  if (error instanceof WrittenByNewerRelease) return new Problem('unavailable', { detail: newerRelease, headers: { 'retry-after': retryAfterSeconds } });
  if (error instanceof MasterKeyMissing) return new Problem('master_key_missing', { headers: { 'retry-after': retryAfterSeconds } });
  if (cannotAnswerNow(error)) return new Problem('unavailable', { headers: { 'retry-after': retryAfterSeconds } });
  if (unstorableStates.has(sqlState(error) ?? '')) return invalidField('', 'holds text that cannot be stored');
  return httpProblem(error) ?? new Problem('internal');
}

function refusalProblem({ refusal }: Refused): Problem {
  if (!isRefusal(refusal) || !isProblemCode(refusal.refused)) return new Problem('internal');
  const { retryAfterSeconds, ...detail } = refusal.detail;
  const { what } = detail;
  if (refusal.refused === 'not_found' && typeof what === 'string') return notFoundProblem(what);
  return new Problem(refusal.refused, { extra: detail, ...(typeof retryAfterSeconds === 'number' && { headers: { 'retry-after': String(retryAfterSeconds) } }) });
}

/** What Nest and Fastify throw before a handler runs. */
function httpProblem(error: unknown): Problem | undefined {
  const status = httpStatus(error);
  if (status === undefined) return undefined;
  if (status === 401) return new Problem('unauthenticated');
  if (status === 403) return new Problem('forbidden');
  if (status === 404 || status === 414) return notFoundProblem('path');
  if (status === 405) return new Problem('method_not_allowed');
  if (status === 408) return cameTooLate();
  if (status === 413) return bodyTooLarge();
  if (status === 415) return unsupportedType();
  if (status === 429) return new Problem('too_many_requests');
  if (status === 503) return new Problem('unavailable', { headers: { 'retry-after': retryAfterSeconds } });
  return status < 500 ? new Problem('invalid_request') : undefined;
}

function httpStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!isError(error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 ? error.statusCode : undefined;
}
