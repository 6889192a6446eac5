// What stops a process and says nothing about what it had in hand.
import { expect, it } from '@jest/globals';
import { WrittenByNewerRelease } from '#event-store';
import { isUnavailable } from '#running';
import { ClockInDoubt } from './clock-watch.js';

it.each([['a clock that has jumped', new ClockInDoubt('jumped')], ['what a newer release wrote', new WrittenByNewerRelease('newer')]])('%s counts for no row', (_, error) => {
  expect(isUnavailable(error)).toBe(true);
});
