// A pump without a database: how it waits.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { dayMs } from '#kernel';
import { silentLogger } from '#running';
import { standIn } from '../../../test/support/stand-in.js';
import type { Attempts } from '../src/attempts.js';
import type { Claims } from '../src/claims.js';
import { lanesOf } from '../src/lanes.js';
import type { Leases } from '../src/leases.js';
import { Pump } from '../src/pump.js';
import { ScriptedCarrier } from './support.js';

it('looks now and then, and not all the time, where it is told to wait longer than a timer can', async () => {
  let looks = 0;
  const claim = async () => {
    looks += 1;
    return { calls: [], waitMs: 40 * dayMs };
  };
  const pump = new Pump(lanesOf(new ScriptedCarrier())[0]!, standIn<Claims>({ claim }), {} as Attempts, {} as Leases, 1, silentLogger);
  const drained = pump.drain();
  await sleep(300);
  expect(looks).toBe(1);
  await pump.stop();
  await drained;
});
