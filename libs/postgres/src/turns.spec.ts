// Turns: no more at once than there are, in the order of coming, and none is lost.
import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { NoTurn, Turns } from './index.js';

it('lets no more run at once than there are turns, in the order of coming, also past a failure', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  let [running, most] = [0, 0];
  const work = (n: number) => async () => {
    begun.push(n);
    most = Math.max(most, (running += 1));
    await turn();
    running -= 1;
    if (n === 1) throw new Error('one fails');
    return n;
  };
  const all = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => turns.run(work(n))));
  expect({ most, begun, ends: all.map((one) => one.status) }).toEqual({
    most: 2, begun: [0, 1, 2, 3, 4], ends: ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  });
});

it('gives up waiting in time, and whoever gave up is passed over', async () => {
  const turns = new Turns(1);
  const give = await turns.take();
  await expect(turns.take({ waitMs: 20 })).rejects.toThrow(NoTurn);
  const next = turns.take({ waitMs: 10_000 });
  give();
  give();
  const giveNext = await next;
  await expect(turns.take({ waitMs: 20 })).rejects.toThrow(NoTurn);
  giveNext();
  await turns.run(async () => undefined);
});
