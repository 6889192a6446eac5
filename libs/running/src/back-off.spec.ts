// How long what failed waits.
import { expect, it } from '@jest/globals';
import { backOffMs } from './back-off.js';

it('doubles up to the longest, and is between half of that and all of it', () => {
  for (const [failedBefore, longestMs] of [[0, 100], [1, 200], [3, 800], [4, 1_000], [1_000, 1_000]] as const) {
    const waits = Array.from({ length: 200 }, () => backOffMs({ firstMs: 100, longestMs: 1_000 }, failedBefore));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(longestMs / 2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(longestMs);
    expect(new Set(waits).size).toBeGreaterThan(1);
  }
});
