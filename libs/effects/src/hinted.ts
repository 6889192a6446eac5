// What hints are given about, by who writes it, to who sees to it; see `Hints` of `postgres`.

/** Effects that may have become due, and pauses that have ended. */
export const effectsHint = 'effects';
