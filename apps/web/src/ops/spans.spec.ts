// What stands in the tables of the desk.
import { expect, it } from '@jest/globals';
import { spanText, utcText } from './spans.js';

it.each([
  [0, '0.0 s'], [-5, '0.0 s'], [412, '0.4 s'], [10_000, '10 s'], [125_000, '2 min 5 s'], [3_600_000, '1 h'], [90_061_000, '1 d 1 h'], [7 * 86_400_000, '7 d'],
])('%d ms is %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});

it('an instant is told in UTC to the second', () => {
  expect(utcText('2026-04-30T07:00:01.234Z')).toBe('2026-04-30 07:00:01');
});
