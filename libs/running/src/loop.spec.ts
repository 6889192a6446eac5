// A loop that rests: woken by a hint, by time where no hint comes, and not resting at all where hints are not heard or one came during its turn.
import { expect, it } from '@jest/globals';
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Hinted } from '#postgres';
import { eventually } from '../../../test/support/eventually.js';
import { silentLogger } from './logger.js';
import { Loop, type NextTurn } from './loop.js';

const neverMs = 1_000_000_000;

class Hints implements Hinted {
  readonly listeners = new Set<() => void>();
  heard = true;

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  give(): void {
    for (const listener of this.listeners) listener();
  }
}

interface Turns {
  count: number;
  readonly hints: Hints;
  stop(): Promise<void>;
}

async function begin({ mostMs = neverMs, heard = true, turn = async () => 'rest', pauseMs = 1 }: { mostMs?: number; heard?: boolean; turn?: (count: number, hints: Hints) => Promise<NextTurn>; pauseMs?: number }): Promise<Turns> {
  const hints = new Hints();
  hints.heard = heard;
  const loop = new Loop('tested', pauseMs, () => turn((turns.count += 1), hints), silentLogger, hints, mostMs);
  const turns = { count: 0, hints, stop: () => loop.stop() };
  loop.start();
  await eventually('a first turn', () => turns.count > 0);
  return turns;
}

it('is woken by a hint, however long it would rest', async () => {
  const turns = await begin({});
  for (let before = turns.count; before < 4; before = turns.count) {
    turns.hints.give();
    await eventually('another turn', () => turns.count > before);
  }
  await turns.stop();
});

it('looks again by itself where the hint is lost', async () => {
  const turns = await begin({ mostMs: 5 });
  await eventually('another turn', () => turns.count > 3);
  await turns.stop();
});

it('does not rest where hints are not heard', async () => {
  const turns = await begin({ heard: false });
  await eventually('another turn', () => turns.count > 3);
  await turns.stop();
});

it('does not rest where hints are no longer heard', async () => {
  const turns = await begin({});
  turns.hints.heard = false;
  turns.hints.give();
  await eventually('turns as before', () => turns.count > 3);
  await turns.stop();
});

it('looks once more for a hint that came while it looked', async () => {
  const turns = await begin({ turn: async (count, hints) => {
    if (count < 4) hints.give();
    await nextRound();
    return 'rest';
  } });
  await eventually('a look for each', () => turns.count === 4);
  await turns.stop();
});

it('rests only when a turn says so', async () => {
  const turns = await begin({ turn: async () => undefined });
  await eventually('another turn', () => turns.count > 3);
  await turns.stop();
});

it('ends while it rests, and listens no longer', async () => {
  const turns = await begin({});
  await turns.stop();
  expect(turns.hints.listeners.size).toBe(0);
});
