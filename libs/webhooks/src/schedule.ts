// When a message is sent again that was not acknowledged, and how an endpoint that answers nobody is spared.
const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Behind each failed attempt. */
export const retriesAfterMs: readonly number[] = [
  5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs,
];

const jitter = 0.1;
const longestAskedForMs = 24 * hourMs;

/**
 * How long to wait behind the `failures`-th attempt in vain; `null`: that was the last. Never shorter than promised, and up to a tenth longer, so that
 * many do not come back at once; longer where the endpoint asks for it (`Retry-After`), a day at most.
 */
export function retryAfterMs(failures: number, askedForMs: number | null): number | null {
  const ms = retriesAfterMs[failures - 1];
  if (ms === undefined) return null;
  return Math.ceil(Math.max(ms * (1 + Math.random() * jitter), Math.min(askedForMs ?? 0, longestAskedForMs)));
}

/** After so many attempts in vain, one behind the other, an endpoint is sent nothing new but one message at a time. */
export const failuresUntilSpared = 10;

const firstProbeMs = 5 * secondMs;
const longestProbeMs = 5 * minuteMs;

/** When the next of what is new is tried at an endpoint that is spared; `null`: it is not. */
export const probeAfterMs = (failures: number): number | null =>
  failures < failuresUntilSpared ? null : Math.min(longestProbeMs, firstProbeMs * 2 ** Math.min(failures - failuresUntilSpared, 20));

/** An endpoint that has acknowledged nothing for so long is disabled. */
export const failingMostMs = 5 * 24 * hourMs;
