// What gathers goes together, each subject one at a time; and what cannot be carried out is not kept for ever.
import { expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.js';
import { Gathering, type GatheringLimits, isUnavailable, type Waiting } from './index.js';

interface Item extends Waiting {
  readonly name: string;
}

const limits = { most: 3, bytesMost: 1_000, underWayMost: 2, gatherMs: 1, waiting: { longestMs: 60_000, most: 100 } } as const;

function gathering(settings: Partial<GatheringLimits> = {}) {
  const sent: string[][] = [];
  const refused: [string, boolean][] = [];
  const ends: (() => void)[] = [];
  const items = new Gathering<Item>({ ...limits, ...settings }, async (batch) => {
    sent.push(batch.map(({ name }) => name));
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  const add = (...names: readonly string[]): void => {
    for (const name of names) items.add({ name, subject: name[0]!, bytes: 40, failed: (error) => refused.push([name, isUnavailable(error)]) });
  };
  return { add, sent, refused, end: () => ends.shift()?.() };
}

it('sends the first at once, and of one subject one at a time', async () => {
  const { add, sent, end } = gathering();
  add('a1', 'a2', 'b1', 'c1', 'd1');
  expect(sent).toEqual([['a1'], ['b1']]);
  end();
  await eventually('the next are sent', () => sent.length > 2);
  expect(sent).toEqual([['a1'], ['b1'], ['a2', 'c1', 'd1']]);
});

it('refuses what has waited too long, which is then not carried out', async () => {
  const { add, sent, refused, end } = gathering({ waiting: { longestMs: 30, most: 100 }, underWayMost: 1 });
  add('a1', 'a2', 'b1');
  await eventually('those that wait are refused', () => refused.length > 1);
  add('c1');
  end();
  await eventually('the next is sent', () => sent.length > 1);
  expect([sent, refused]).toEqual([[['a1'], ['c1']], [['a2', true], ['b1', true]]]);
  add('d1');
  await eventually('it is refused', () => refused.length > 2);
  expect([sent.length, refused.at(-1)]).toEqual([2, ['d1', true]]);
});

it('refuses what comes when too many wait', () => {
  const { add, refused } = gathering({ waiting: { longestMs: 60_000, most: 2 }, underWayMost: 1 });
  add('a1', 'b1', 'c1', 'd1', 'e1');
  expect(refused).toEqual([['d1', true], ['e1', true]]);
});

it('takes one of each asker after the other, and what one of them wants in the order of coming', async () => {
  const sent: string[][] = [];
  const ends: (() => void)[] = [];
  const items = new Gathering<Item>({ ...limits, underWayMost: 1 }, async (batch) => {
    sent.push(batch.map(({ name }) => name));
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  for (const [name, of] of [['first', 'noisy'], ['a', 'noisy'], ['b', 'noisy'], ['c', 'noisy'], ['d', 'noisy'], ['x', 'quiet'], ['y', 'other']] as const) items.add({ name, of, subject: name, bytes: 40, failed: () => undefined });
  for (let batch = 1; batch <= 3; batch += 1) {
    await eventually('it is sent', () => sent.length === batch);
    ends.shift()!();
  }
  expect(sent).toEqual([['first'], ['a', 'x', 'y'], ['b', 'c', 'd']]);
});

it('refuses at once what comes when too many wait for the same, and nothing else', () => {
  const { add, refused } = gathering({ waiting: { longestMs: 60_000, most: 100, mostOfSubject: 2 }, underWayMost: 1 });
  add('a1', 'a2', 'a3', 'a4', 'b1');
  expect(refused).toEqual([['a4', true]]);
});
