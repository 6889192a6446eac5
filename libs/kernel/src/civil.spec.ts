// Every date there and back, beside the platform's.
import { describe, expect, it } from '@jest/globals';
import { dateOf, daysInMonth, daysOf, inMonth } from './civil.js';
import { dayMs, epochMs, instant } from './time.js';

describe('dates as whole numbers', () => {
  it('are those of the platform, all through 400 years, and instants are written as it writes them', () => {
    const differs: string[] = [];
    for (let days = daysOf({ year: 1799, month: 12, day: 20 }); days < daysOf({ year: 2200, month: 1, day: 10 }); days += 1) {
      const ms = days * dayMs + ((days * 7_919_317) % dayMs + dayMs) % dayMs;
      const date = new Date(ms);
      const { year, month, day } = dateOf(days);
      if (year !== date.getUTCFullYear() || month !== date.getUTCMonth() + 1 || day !== date.getUTCDate() || daysOf({ year, month, day }) !== days) differs.push(`${days}`);
      if (instant(ms) !== date.toISOString() || epochMs(instant(ms)) !== ms) differs.push(date.toISOString());
    }
    expect(differs).toEqual([]);
  });

  it.each(['0000-01-01T00:00:00.000Z', '0000-02-29T23:59:59.999Z', '0099-12-31T12:00:00.001Z', '9999-12-31T23:59:59.999Z'])('reach to %s', (text) => {
    expect(instant(Date.parse(text))).toBe(text);
    expect(epochMs(instant(text))).toBe(Date.parse(text));
  });

  it.each([[-62_167_219_200_001], [253_402_300_800_000], [Number.NaN], [Number.POSITIVE_INFINITY], [9e15]])('and not to %d', (ms) => {
    expect(() => instant(ms)).toThrow(RangeError);
  });

  it('cut off what is less than a millisecond', () => {
    expect([instant(1.9), instant(-1.9), instant(-0.5)]).toEqual(['1970-01-01T00:00:00.001Z', '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z']);
  });

  it('move on by months, to the last day of a month too short', () => {
    expect([inMonth({ year: 2026, month: 12, day: 5 }, 2, 31), inMonth({ year: 2028, month: 3, day: 31 }, -1, 31), inMonth({ year: 1900, month: 1, day: 1 }, -1, 1)]).toEqual([
      { year: 2027, month: 2, day: 28 }, { year: 2028, month: 2, day: 29 }, { year: 1899, month: 12, day: 1 },
    ]);
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
  });
});
