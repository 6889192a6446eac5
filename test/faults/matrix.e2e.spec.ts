// A part of the matrix in every `npm test`, each row with few people; `npm run faults` carries out all of it, with everybody.
import { randomInt } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { startLimitMs } from '../end-to-end/running.js';
import { carryOut } from './row.js';
import { rows } from './rows.js';
import { Stack } from './stack.js';

const seed = randomInt(1, 10_000);
/** One that did not hold gets the next row another, so that nothing is found twice. */
let stack: Stack | null = null;

const stop = async (): Promise<void> => {
  await stack?.stop();
  stack = null;
};
afterAll(stop, startLimitMs);

it.each([
  'API killed in a batch, committed and not told',
  'worker killed fired, and not told',
  'worker killed asked the carrier, before the event',
  'PostgreSQL killed',
  'Redis killed, back empty',
  'Redis away altogether',
])('%s', async (name) => {
  const row = rows.find((one) => one.name === name)!;
  let holds = false;
  try {
    stack ??= await Stack.start();
    const { findings } = await carryOut(row, stack, seed * 100 + rows.indexOf(row), { small: true });
    expect({ seed, findings }).toEqual({ seed, findings: [] });
    holds = true;
  } finally {
    if (!holds) await stop();
  }
}, 3_600_000);
