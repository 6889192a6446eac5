// Says again and again that the sandbox is on where it should not be, so that whoever reads the log at any time knows.
import { type Logger, Loop } from '#running';
import { insistence } from '#sandbox';

const aMinuteMs = 60_000;

/** To be started and stopped. */
export const sandboxWarning = (logger: Logger, everyMs = aMinuteMs): Loop =>
  new Loop('sandbox warning', everyMs, async () => logger.warn(`SANDBOX=${insistence}: anybody who reaches this service makes operators' tokens for himself, and it stands beside a real issuer or in production`), logger);
