// What is wrong leads to its list, and what is well does not ring.
import { expect, it } from '@jest/globals';
import { placeAt } from '../places.js';
import { signalsOf, type Health } from './signals.js';

const now = '2026-03-01T00:00:00.000Z';
const pause = { pauseId: 'p', kind: null, carrier: null, reason: 'r', pausedBy: 'b', pausedAt: now, resumedBy: null, resumedAt: null, resumeReason: null };
const well: Health = {
  now, newerRelease: null, clock: { inDoubt: false, deadlines: 0, effects: 0 }, overdue: [], dead: 0, blocked: 0,
  effects: { overdue: [], dead: 0, blocked: 0, pauses: [] }, announcements: { mail: null, untold: { count: 0, firstNeededBy: null } },
  purges: { running: 0, failed: 0, stopped: false, waiting: { count: 0, oldestMs: null } }, webhooks: { enabled: 1, failing: 0, disabled: 0, oldestUndeliveredMs: null },
  legalHolds: { toReview: 0, longestDue: [] }, imports: { running: 0, lines: 0 }, workers: { living: 1, lastSeenAt: now }, testClocks: { advancing: 0, failed: 0 }, drift: { findings: [], walked: 9, accounts: 9, wholeAt: now },
  carrierDrift: { findings: [], lastRun: null },
  projections: [{ name: 'memberships', lag: 3, status: 'live' }],
};
const ringing = (health: Health) => signalsOf(health).filter(({ count }) => count > 0).map(({ id, count, ageMs }) => [id, count, ageMs]);

it('is nothing where all is well', () => {
  expect(ringing(well)).toEqual([]);
});

it.each<[string, Partial<Health>, readonly unknown[]]>([
  ['no worker', { workers: { living: 0, lastSeenAt: '2026-02-28T23:00:00.000Z' } }, ['no-worker', 1, 3_600_000]],
  ['a clock that has jumped', { clock: { inDoubt: true, deadlines: 0, effects: 0 } }, ['clock', 1, null]],
  ['what is overdue', { overdue: [{ kind: 'a', count: 2, oldestMs: 5 }, { kind: 'b', count: 3, oldestMs: 9 }] }, ['overdue-deadlines', 5, 9]],
  ['a held storm', { effects: { ...well.effects, pauses: [{ ...pause, cause: 'storm-guard' }] } }, ['storm', 1, null]],
  ['a purge that found something', { purges: { ...well.purges, failed: 1 } }, ['purge-findings', 1, null]],
  ['an endpoint that is gone', { webhooks: { ...well.webhooks, disabled: 1 } }, ['webhooks-disabled', 1, null]],
  ['what is not as the log says', { drift: { ...well.drift, findings: [{ finding: 'not-armed', count: 2, accountIds: ['a', 'b'] }] } }, ['drift', 2, null]],
  ['what a carrier lists otherwise', { carrierDrift: { findings: [{ finding: 'unheld', count: 3 }, { finding: 'not-listed', count: 1 }], lastRun: null } }, ['carrier-drift', 4, null]],
  ['what a carrier blocked', { effects: { ...well.effects, blocked: 4 } }, ['blocked-effects', 4, null]],
  ['a projection far behind', { projections: [{ name: 'memberships', lag: 1_001, status: 'live' }] }, ['projections-behind', 1, null]],
])('tells of %s', (_what, trouble, signal) => {
  expect(ringing({ ...well, ...trouble })).toEqual([signal]);
});

it('leads to a place that there is', () => {
  for (const { address } of signalsOf(well)) expect(placeAt(address).at).not.toBe('now');
});
