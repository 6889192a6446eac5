// Whether the database is away: the one place that knows by which words PostgreSQL, its driver and the network say so.
import { Retry } from '#postgres';
import { isError } from './said.js';
import { TimeLimitExceeded } from './time-limit.js';

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown, starting up), 58 (I/O), and 40 (somebody else won, more often than was tried again). Also 25006 (a standby), 55000 (takes no connections), and what the sockets say. */
const away = /^((08|40|53|57P|58)\w+|25006|55000|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** `pg` and TypeORM give no code to a connection that broke off or says nothing more. */
const lost = /Connection terminated|timeout exceeded when trying to connect|has encountered a connection error|Client was closed|Query ?runner already released/i;

/** A statement, a lock or a transaction that took longer than it may: 57014, 55P03, 25P03, 25P04, or an answer that did not come. */
const late = /^(57014|55P03|25P0[34])$/;
const unanswered = /^Query read timeout/;

/**
 * True when the database was away or overloaded, or this process lacks what another may have and the error says so (`unavailable`): that says nothing
 * about what was attempted, and does not count against it. What took too long does count: what runs into that every time has to be seen in the end.
 */
export const isUnavailable = (error: unknown): boolean => isAway(error) || (isError(error) && (error as Clues).unavailable === true);

/** The database is, for everybody, or an error says so of itself (`unavailable: 'to-all'`). Where it says `true` that is said of one thing, which must not keep others from being done. */
export function isAway(error: unknown): boolean {
  if (!isError(error)) return false;
  const { code, syscall, errors, driverError, unavailable } = error as Clues;
  if (unavailable === 'to-all') return true;
  if (driverError !== undefined) return isAway(driverError);
  if (syscall === 'connect' || (Array.isArray(errors) && errors.some(isAway))) return true;
  return typeof code === 'string' ? away.test(code) : lost.test(error.message);
}

/** For a caller who may come again in a moment: {@link isUnavailable}, or nobody could answer in time, or somebody else won every time. */
export const cannotAnswerNow = (error: unknown): boolean => error instanceof Retry || error instanceof TimeLimitExceeded || isUnavailable(error) || isLate(error);

function isLate(error: unknown): boolean {
  if (!isError(error)) return false;
  const { code, driverError } = error as Clues;
  if (driverError !== undefined) return isLate(driverError);
  return typeof code === 'string' ? late.test(code) : unanswered.test(error.message);
}

interface Clues {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly errors?: unknown;
  /** Of a failed statement. */
  readonly driverError?: unknown;
  readonly unavailable?: unknown;
}
