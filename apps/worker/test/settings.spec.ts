// What the worker takes from its environment about the storm guard.
import { expect, it } from '@jest/globals';
import { readSettings } from '../src/settings.js';

const effectsPerHour = (text?: string) => readSettings({ DATABASE_URL: 'postgres://somewhere', PURGE_LEDGER: '/ledger', ...(text !== undefined && { EFFECTS_PER_HOUR: text }) }).effectsPerHour;

it('lets 1,000 effects of a kind through within an hour unless told otherwise', () => {
  expect([effectsPerHour(), effectsPerHour(''), effectsPerHour('25000')]).toEqual([1_000, 1_000, 25_000]);
});

it.each(['0', '-1', '1.5', 'many'])('does not start with %s of them', (text) => {
  expect(() => effectsPerHour(text)).toThrow('EFFECTS_PER_HOUR is not a whole number');
});
