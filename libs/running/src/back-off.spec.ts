// How long what failed waits, and what stands.
import { expect, it } from '@jest/globals';
import { backOffMs, Pace } from './back-off.js';

it('doubles up to the longest, and is between half of that and all of it', () => {
  for (const [failedBefore, longestMs] of [[0, 100], [1, 200], [3, 800], [4, 1_000], [1_000, 1_000]] as const) {
    const waits = Array.from({ length: 200 }, () => backOffMs({ firstMs: 100, longestMs: 1_000 }, failedBefore));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(longestMs / 2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(longestMs);
    expect(new Set(waits).size).toBeGreaterThan(1);
  }
});

it('looks soon at what moves, and ever later at what stands', () => {
  const pace = new Pace({ firstMs: 10, longestMs: 70 });
  expect([true, true, false, false, false, false, true, false].map((moved) => pace.after(moved))).toEqual([10, 10, 20, 40, 70, 70, 10, 20]);
});
