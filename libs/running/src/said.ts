// What may be said of an error: the one place that decides it. Messages can quote values, and those are somebody's data.
import { isNativeError } from 'node:util/types';
import { sqlState } from '#postgres';

/** Some frameworks' errors are no native ones, and errors of Node itself are not instances of the `Error` of another realm. */
export const isError = (value: unknown): value is Error => isNativeError(value) || value instanceof Error;

const longest = 200;

/**
 * For rows, and lines of the log: no personal data. Of a failed statement its SQLSTATE, table and constraint, since its text can quote values; of
 * anything else the name and message, without quoted text, addresses and long numbers.
 */
export function describe(error: unknown): string {
  const state = sqlState(error);
  if (state !== undefined) {
    const { table, constraint } = (error as FailedStatement).driverError;
    return ['SQLSTATE', state, table, constraint].filter(Boolean).join(' ');
  }
  const text = isError(error) ? `${error.name}: ${error.message}` : typeof error;
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replace(/\S+/g, (word) => (word.slice(1, -1).includes('@') ? '…' : word))
    .replace(keyIdOrNumber, (found) => (/^(?=.*[a-f])[0-9a-f]{16}$/.test(found) ? found : '…'))
    .slice(0, longest);
}

/** The id of a key may hold as many digits in a row as a telephone number, and has to be told whole. */
const keyIdOrNumber = /\b[0-9a-f]{16}\b|\+?\d[\d\s().-]{5,}\d/g;

const longestExplanation = 1000;

/**
 * For operators who have to mend a view: the message without what PostgreSQL quotes, since that may be a person's; the names of tables, columns and
 * constraints it also gives apart. Of an error that tells where it happened (`cause`), both.
 */
export function explain(error: unknown): string {
  const { message } = isError(error) ? error : new Error(String(error));
  const cause = isError(error) && error.cause !== undefined ? error.cause : error;
  const state = sqlState(cause);
  if (state === undefined) return message.slice(0, longestExplanation);
  const { table, column, constraint } = (cause as FailedStatement).driverError;
  const where = [table && `table ${table}`, column && `column ${column}`, constraint && `constraint ${constraint}`].filter(Boolean).join(', ');
  return `${message.replaceAll(/"[^"]*"/g, '"…"')} (${state}${where && `; ${where}`})`.slice(0, longestExplanation);
}

/** The classes of SQLSTATE whose messages quote values: data exceptions. */
const quotesValues = /^22/;

/**
 * For the log of a request that failed: name, code, message and stack of an error and its causes. Not the error itself: a failed statement carries its
 * parameters and the rows it touched, and those are somebody's data.
 */
export function traceOf(error: unknown): Record<string, unknown> {
  if (!isError(error)) return { thrown: typeof error };
  const state = sqlState(error);
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).join('\n');
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    code: state ?? code,
    ...(!quotesValues.test(state ?? '') && { message: error.message }),
    stack: frames,
    ...(error.cause !== undefined && { cause: traceOf(error.cause) }),
  };
}

interface FailedStatement {
  readonly driverError: { readonly table?: string; readonly column?: string; readonly constraint?: string };
}
