// `Prefer: wait=60` (RFC 7240): how long the caller would like us to wait before we answer that it is not done yet.
import { ApiHeader } from '@nestjs/swagger';

const longestSeconds = 60;

const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i;

/** Seconds, 60 at most; `undefined` when nothing was asked for. What cannot be understood is ignored, as the RFC wants it. */
export function waitSecondsOf(prefer: string | readonly string[] | undefined): number | undefined {
  const asked = wait.exec([prefer ?? []].flat().join(','))?.[1];
  return asked === undefined ? undefined : Math.min(Number(asked), longestSeconds);
}

/** Of a handler that heeds it. */
export const Waits = (): MethodDecorator =>
  ApiHeader({ name: 'Prefer', required: false, description: `\`wait=<seconds>\`, ${longestSeconds} at most: answers as soon as there is something to tell, and after that time at the latest.`, schema: { type: 'string', example: 'wait=30' } });
