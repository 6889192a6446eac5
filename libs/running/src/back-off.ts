// How long what failed waits for its next attempt.

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Doubles from one failed attempt to the next, up to the longest; between half of it and all of it, so that many do not come back at once. */
export const backOffMs = ({ firstMs, longestMs }: BackOff, failedBefore: number): number =>
  Math.ceil(Math.min(longestMs, firstMs * 2 ** Math.min(failedBefore, 40)) * (0.5 + Math.random() / 2));
