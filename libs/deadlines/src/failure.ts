// What a failed attempt leaves behind: whether it counts, what is written down of it, how long to wait.
import { WrittenByNewerRelease } from '#event-store';
import { sqlState } from '#postgres';
import { ClockInDoubt } from './clock-watch.js';

/**
 * True when the database was away or overloaded, its clock cannot be believed, this process is too old for what stands there, or it lacks what another may
 * have and the error says so (`unavailable`): that says nothing about the row. SQLSTATE classes 08 (connection), 53
 * (resources), 57P (shutdown, starting up), 58 (I/O), and 40 (somebody else won, more often than was tried again).
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ClockInDoubt || error instanceof WrittenByNewerRelease) return true;
  const { code, driverError, unavailable } = error as { code?: unknown; driverError?: unknown; unavailable?: unknown };
  if (unavailable === true) return true;
  if (driverError !== undefined) return isUnavailable(driverError);
  if (typeof code === 'string') return away.test(code);
  return lost.test(error.message);
}

/** For those who do not know the log. */
export const isWrittenByNewerRelease = (error: unknown): error is WrittenByNewerRelease => error instanceof WrittenByNewerRelease;

/** Also 25006 (a standby), 55000 (takes no connections), and what the sockets say. */
const away = /^((08|40|53|57P|58)\w+|25006|55000|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** `pg` and TypeORM give no code to a connection that broke off or says nothing more. */
const lost = /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|Query ?runner already released/i;

const longest = 200;

/**
 * What may be kept of an error: no personal data. Of a failed statement its SQLSTATE, table and constraint, since its text can quote values; of
 * anything else the name and message, without quoted text, addresses and long numbers.
 */
export function describe(error: unknown): string {
  const state = sqlState(error);
  if (state !== undefined) {
    const { table, constraint } = (error as { driverError: { table?: string; constraint?: string } }).driverError;
    return ['SQLSTATE', state, table, constraint].filter(Boolean).join(' ');
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replace(/\S+@\S+/g, '…')
    .replace(/\+?\d[\d\s().-]{5,}\d/g, '…')
    .slice(0, longest);
}

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Doubles from one failed attempt to the next, up to the longest; between half of it and all of it, so that many do not come back at once. */
export const backOffMs = ({ firstMs, longestMs }: BackOff, failedBefore: number): number =>
  Math.ceil(Math.min(longestMs, firstMs * 2 ** Math.min(failedBefore, 40)) * (0.5 + Math.random() / 2));
