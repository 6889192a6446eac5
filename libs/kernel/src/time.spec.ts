// One form for every instant, and nothing that is none.
import { describe, expect, it } from '@jest/globals';
import { instant } from './time.js';

describe('instant', () => {
  it.each([
    ['2026-04-30T07:00:00Z', '2026-04-30T07:00:00.000Z'],
    ['2026-04-30T00:00:00.5-07:00', '2026-04-30T07:00:00.500Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ])('writes %s as %s', (text, written) => {
    expect(instant(text)).toBe(written);
  });

  it.each(['2026-02-30T00:00:00Z', '2027-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-04-30', '2026-04-30T07:00:00', 'tomorrow', ''])('refuses %s', (text) => {
    expect(() => instant(text)).toThrow(RangeError);
  });

  it('keeps the order of time in the order of text', () => {
    const early = instant(-1);
    const late = instant(0);
    expect([late, early].toSorted()).toEqual([early, late]);
  });
});
