// The answer to "why did this not happen" is the one thing that keeps it.
import { expect, it } from '@jest/globals';
import { whyDeadline, whyEffect, type Standing } from './why.js';

const standing: Standing = { now: '2026-03-01T00:00:00.000Z', hasWorkers: true, clockInDoubt: false, holds: 0 };
const [past, future] = ['2026-02-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'];
const deadline = { kind: 'purge-data', status: 'pending', dueAt: past, attempts: 0 } as const;
const effect = { status: 'pending', heldBy: null, dueAt: past, attempts: 0 } as const;

it.each<[object, Partial<Standing>, string]>([
  [{ status: 'fired' }, {}, 'fired'],
  [{ status: 'dead' }, { hasWorkers: false }, 'dead'],
  [{ status: 'blocked' }, { holds: 1, clockInDoubt: true }, 'hold'],
  [{ status: 'blocked' }, { clockInDoubt: true }, 'clock'],
  [{ status: 'blocked' }, {}, 'taken-over'],
  [{ status: 'blocked', kind: 'release-numbers' }, { holds: 1 }, 'taken-over'],
  [{ dueAt: future }, { hasWorkers: false }, 'follows'],
  [{}, { hasWorkers: false }, 'no-worker'],
  [{ attempts: 2 }, {}, 'again'],
  [{}, {}, 'due'],
])('of a deadline: %j, %j: %s', (change, given, why) => {
  expect(whyDeadline({ ...deadline, ...change }, { ...standing, ...given })).toBe(why);
});

it.each<[object, Partial<Standing>, string]>([
  [{ status: 'held', heldBy: { pauseId: 'p', reason: 'r' } }, {}, 'paused'],
  [{ status: 'held', heldBy: { pauseId: null, reason: 'r' } }, {}, 'clock'],
  [{ status: 'blocked' }, {}, 'blocked'],
  [{ status: 'waiting' }, {}, 'waiting'],
  [{ dueAt: future }, {}, 'follows'],
  [{}, { hasWorkers: false }, 'no-worker'],
  [{ attempts: 1 }, {}, 'again'],
  [{}, {}, 'due'],
])('of an effect: %j, %j: %s', (change, given, why) => {
  expect(whyEffect({ ...effect, ...change }, { ...standing, ...given })).toBe(why);
});
