// However many work in slices, one slice begins in a turn of the event loop, in the order of asking.
import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { slice } from './slices.js';

it('one slice begins in a turn of the event loop, of whoever has waited longest', async () => {
  const begun: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (let nth = 1; nth <= 3; nth += 1) {
      await slice();
      begun.push(`${name}${nth}`);
    }
  };
  const all = Promise.all(['a', 'b', 'c'].map(work));
  const atTurns: number[] = [];
  while (begun.length < 9) {
    const before = begun.length;
    await turn();
    atTurns.push(begun.length - before);
  }
  await all;
  expect(Math.max(...atTurns)).toBe(1);
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
});
