// What can go wrong with statements and transactions, and what is to be done about it.
import { QueryFailedError } from 'typeorm';

/** Thrown by whoever noticed a conflict that a second try, from the beginning, can resolve. */
export class Retry extends Error {
  override name = 'Retry';
}

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const queryCanceled = '57014';
/** A lock was not to be had in time (`lock_timeout`), or at once. */
export const lockNotAvailable = '55P03';

/** The five-character SQLSTATE of a failed statement, else `undefined`. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { code } = error.driverError as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The constraint that a failed statement ran into, else `undefined`. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const { constraint } = error.driverError as { constraint?: unknown };
  return typeof constraint === 'string' ? constraint : undefined;
}

/** Whether the answer did not come within the limit. Nobody knows then whether the statement was carried out. */
export const isUnanswered = (error: unknown): boolean => error instanceof QueryFailedError && (error.driverError as Error).message === 'Query read timeout';

/**
 * Whether a statement took longer than it may, by the server's limit or by ours. Whose fault that was nobody knows, so it counts as a failed attempt:
 * what runs into it every time has to wait longer each time, and to be seen in the end.
 */
export const isTimeLimit = (error: unknown): boolean => sqlState(error) === queryCanceled || isUnanswered(error);

/** What a second try, from the beginning, may find otherwise. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof Retry || error instanceof PlanOutdated || [serializationFailure, deadlockDetected].includes(sqlState(error) ?? '');

/** A table has changed under a prepared statement. From now on it is sent unprepared, and a second try finds it right. */
export class PlanOutdated extends QueryFailedError {}

export const isPlanOutdated = (error: unknown): boolean => {
  const { code, message } = error as { code?: unknown; message?: string };
  return code === '0A000' && message === 'cached plan must not change result type';
};

/** A statement had failed, and whoever asked it went on as if it had not. */
export class Undone extends Error {
  override name = 'Undone';
}
