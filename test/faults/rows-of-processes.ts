// APIs and workers are killed at each named place, killed at any, and put to sleep beyond their locks and leases.
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlaceName } from './crash-points.js';
import type { Fault, Row } from './row.js';

const reachMostMs = 30_000;

/** Whoever is armed comes past the place and dies there; and is started again. */
const crashing = (app: 'api' | 'worker', place: PlaceName, times = 2) => async ({ stack, chance, met }: Fault): Promise<void> => {
  for (let done = 0; done < times; done += 1) {
    const members = app === 'api' ? stack.apis : stack.workers;
    for (const member of members) member.crashPoints.arm(place);
    const until = performance.now() + reachMostMs;
    while (members.every(({ crashPoints }) => crashPoints.isArmed)) {
      if (performance.now() > until) return;
      await sleep(5);
    }
    const dead = members.filter(({ crashPoints }) => !crashPoints.isArmed);
    for (const member of members) member.crashPoints.arm(null);
    for (const member of dead) {
      if ((await member.process!.ended) === 'signal 9') met();
      await sleep(chance.below(300));
      await member.serves();
    }
  }
};

const ofApi: readonly PlaceName[] = [
  'before the append', 'after the append, before its answer is kept', 'before the commit', 'committed, and not told',
  'in a batch, before the append', 'in a batch, before the commit', 'in a batch, committed and not told',
];

export const ofProcesses: readonly Row[] = [
  ...ofApi.map((place): Row => ({ name: `API killed ${place}`, inject: crashing('api', place) })),
];
