// One JSON line for what is worth knowing. No payloads, nothing of a person.
import { isNativeError } from 'node:util/types';
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';
import type { Logger } from '#deadlines';
import { sqlState } from '#postgres';

export const createLog = (level: string): Pino =>
  pino({ level, base: { service: 'worker' }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } });

/** What the libraries say. */
export const asLogger = (log: Pino): Logger => ({
  debug: (message, fields) => log.debug(fields ?? {}, message),
  info: (message, fields) => log.info(fields ?? {}, message),
  warn: (message, fields) => log.warn(fields ?? {}, message),
  error: (message, fields) => log.error(fields ?? {}, message),
});

/** Of a failed statement its SQLSTATE alone: its text can quote values. */
export function describeError(error: unknown): string {
  const state = sqlState(error);
  if (state !== undefined) return `SQLSTATE ${state}`;
  return isNativeError(error) ? `${error.name}: ${error.message}` : typeof error;
}

/** What Nest says. */
export const nestLog = (log: Pino): LoggerService => ({
  log: (message) => log.debug(String(message)),
  warn: (message) => log.warn(String(message)),
  error: (message) => log.error(describeError(message)),
});
