// However many ask, it is done once at a time, and each is told what was begun after he asked.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { SharedWork } from './shared-work.js';

it('whoever asks while it is done waits for the next time, with everybody else', async () => {
  const ends: ((value: number) => void)[] = [];
  const rests: (() => void)[] = [];
  const shared = new SharedWork(() => new Promise<number>((done) => void ends.push(done)), 1, () => new Promise<void>((rested) => void rests.push(rested)));
  const first = shared.ask();
  await turn();
  const later = Array.from({ length: 1_000 }, () => shared.ask());
  await turn();
  expect(ends).toHaveLength(1);
  ends[0]!(1);
  expect(await first).toBe(1);
  await turn();
  expect([ends.length, rests.length]).toEqual([1, 1]);
  rests[0]!();
  await turn();
  ends[1]!(2);
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
  expect(ends).toHaveLength(2);
});

it('that fails is told to those who asked for it, and done again for others', async () => {
  let times = 0;
  const shared = new SharedWork(async () => {
    times += 1;
    if (times === 1) throw new Error('away');
    return turn(times);
  }, 0);
  const asked = [shared.ask(), shared.ask()];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await shared.ask()).toBe(2);
});
