// Two rows of the matrix that `npm run faults` carries out as a whole: an API and a worker are killed behind their commits, before they hear of them.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startLimitMs } from '../end-to-end/running.js';
import { chosen } from './matrix.js';
import { carryOut } from './row.js';
import { Stack } from './stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
}, startLimitMs);
afterAll(() => stack?.stop(), startLimitMs);

it.each(['API killed in a batch, committed and not told', 'worker killed fired, and not told'])('%s', async (name) => {
  const [row] = chosen([name]);
  const { injections, findings } = await carryOut(row!, stack, 20_261_127, { timed: false, small: true });
  expect(findings).toEqual([]);
  expect(injections).toBeGreaterThan(0);
}, startLimitMs);
