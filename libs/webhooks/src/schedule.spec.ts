// When a message is sent again, and when something new is tried at an endpoint that acknowledges nothing.
import { describe, expect, it } from '@jest/globals';
import { failuresUntilSpared, probeAfterMs, retriesAfterMs, retryAfterMs } from './schedule.js';

const [minute, hour] = [60_000, 3_600_000];

describe('a message', () => {
  it('is sent again after the promised times, and up to a tenth later', () => {
    const promised = [5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    expect(retriesAfterMs).toEqual(promised);
    for (const [index, ms] of promised.entries()) {
      const waits = Array.from({ length: 200 }, () => retryAfterMs(index + 1, null)!);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(ms);
      expect(Math.max(...waits)).toBeLessThanOrEqual(ms * 1.1 + 1);
      expect(new Set(waits).size).toBeGreaterThan(100);
    }
  });

  it('is given up after the last of them', () => {
    expect(retryAfterMs(9, null)).not.toBeNull();
    expect(retryAfterMs(10, null)).toBeNull();
    expect(retryAfterMs(10, 60_000)).toBeNull();
  });

  it('waits for as long as the endpoint asks, a day at most, and never shorter than promised', () => {
    expect(retryAfterMs(1, minute)).toBe(minute);
    expect(retryAfterMs(1, 400 * hour)).toBe(24 * hour);
    expect(retryAfterMs(2, 1_000)!).toBeGreaterThanOrEqual(5 * minute);
  });
});

describe('an endpoint', () => {
  it('is spared after ten failures in a row, and tried every five minutes at the least', () => {
    expect(probeAfterMs(failuresUntilSpared - 1)).toBeNull();
    expect([0, 1, 2, 6, 7, 1_000].map((more) => probeAfterMs(failuresUntilSpared + more))).toEqual([5_000, 10_000, 20_000, 300_000, 300_000, 300_000]);
  });
});
