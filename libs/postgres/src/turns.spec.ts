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

/** Asks for so many turns of each, and tells in which order they come while one after the other is given back. */
async function order(turns: Turns, asked: readonly string[]): Promise<{ readonly come: string[]; readonly refused: string[] }> {
  const [come, refused, gives]: [string[], string[], (() => void)[]] = [[], [], []];
  const all = asked.map((of) => turns.take({ of }).then((give) => (come.push(of), gives.push(give)), () => refused.push(of)));
  while (come.length + refused.length < asked.length) {
    await turn();
    gives.shift()?.();
  }
  await Promise.all(all);
  gives.forEach((give) => give());
  return { come, refused };
}

it('hands turns to the askers one after the other, however many of one came before', async () => {
  expect((await order(new Turns(1), ['a', 'a', 'a', 'a', 'b', 'b', 'c'])).come).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a']);
});

it('lets one asker have no more than his share, while there are turns for others', async () => {
  const turns = new Turns(3, { mostOf: 2 });
  const gives = [await turns.take({ of: 'a' }), await turns.take({ of: 'a' })];
  const third = turns.take({ of: 'a' });
  gives.push(await turns.take({ of: 'b' }));
  expect([turns.hadNow, turns.waitingNow]).toEqual([3, 1]);
  gives[2]!();
  await turn();
  expect([turns.hadNow, turns.waitingNow]).toEqual([2, 1]);
  gives[0]!();
  (await third)();
  gives[1]!();
  expect([turns.hadNow, turns.waitingNow]).toEqual([0, 0]);
});

it('refuses at once whoever comes when too many of his wait, or too many in all', async () => {
  expect(await order(new Turns(1, { waitingMostOf: 2, waitingMost: 3 }), ['a', 'a', 'a', 'a', 'b', 'c'])).toEqual({ come: ['a', 'a', 'b', 'a'], refused: ['a', 'c'] });
});

it('whoever goes away waits no longer, and is passed over', async () => {
  const turns = new Turns(1);
  const give = await turns.take();
  const [first, gone] = [new AbortController(), new AbortController()];
  const waiting = [turns.take({ signal: first.signal }), turns.take({ signal: gone.signal }), turns.take()];
  gone.abort(new Error('gone'));
  await expect(waiting[1]).rejects.toThrow('gone');
  await expect(turns.take({ signal: gone.signal })).rejects.toThrow('gone');
  await expect(turns.take({ waitMs: 0 })).rejects.toThrow(NoTurn);
  give();
  (await waiting[0]!)();
  first.abort();
  (await waiting[2]!)();
  (await turns.take({ waitMs: 0 }))();
});

it('tells whose limit it was that left no turn', async () => {
  const turns = new Turns(2, { mostOf: 1, waitingMostOf: 1 });
  const give = await turns.take({ of: 'a' });
  await expect(turns.take({ of: 'a', waitMs: 0 })).rejects.toMatchObject({ name: 'NoTurn', ofAsker: true });
  const next = turns.take({ of: 'a' });
  await expect(turns.take({ of: 'a' })).rejects.toMatchObject({ name: 'NoTurn', ofAsker: true });
  const other = await turns.take({ of: 'b', waitMs: 0 });
  await expect(turns.take({ of: 'c', waitMs: 0 })).rejects.toMatchObject({ name: 'NoTurn', ofAsker: false });
  give();
  (await next)();
  other();
});
