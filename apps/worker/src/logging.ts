// What Nest says goes to the same log. No payloads, nothing of a person.
import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { describe } from '#running';

export const nestLog = (log: Logger): LoggerService => ({
  log: (message) => log.debug(String(message)),
  warn: (message) => log.warn(String(message)),
  error: (message) => log.error(describe(message)),
});
