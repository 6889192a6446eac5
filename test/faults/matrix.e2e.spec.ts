// A part of the matrix in every `npm test`, each row with few people; `npm run faults` carries out all of it, with everybody.
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startLimitMs } from '../end-to-end/running.js';
import { carryOut } from './row.js';
import { rows } from './rows.js';
import { Stack } from './stack.js';

const seed = randomInt(1, 10_000);
let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
}, startLimitMs);
afterAll(() => stack.stop(), startLimitMs);

it.each([
  'API killed in a batch, committed and not told',
  'worker killed fired, and not told',
  'worker killed asked the carrier, before the event',
  'PostgreSQL killed',
  'Redis killed, back empty',
  'Redis away altogether',
])('%s', async (name) => {
  const row = rows.find((one) => one.name === name)!;
  const { findings } = await carryOut(row, stack, seed * 100 + rows.indexOf(row), { small: true });
  expect({ seed, findings }).toEqual({ seed, findings: [] });
}, 1_200_000);
