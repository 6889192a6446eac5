// What is wrong, out of what the service says of itself: each with how much of it, and where it is to be seen. Knows no words.
import type { Schemas } from '../../service/client.js';
import { accountAddress, addressOf } from '../places.js';

export type Health = Schemas['OpsHealth'];

export type SignalId =
  | 'no-worker' | 'clock' | 'newer-release' | 'overdue-deadlines' | 'dead-deadlines' | 'blocked-deadlines' | 'storm' | 'credentials' | 'paused' | 'overdue-effects' | 'dead-effects' | 'blocked-effects' | 'untold'
  | 'purge-findings' | 'purges-stopped' | 'webhooks-failing' | 'webhooks-disabled' | 'projections-failing' | 'projections-behind' | 'holds-due' | 'drift' | 'carrier-drift' | 'test-clocks';

export interface Signal {
  readonly id: SignalId;
  /** 0: it is well. */
  readonly count: number;
  /** Since when, or how old, in milliseconds, where that is known. */
  readonly ageMs: number | null;
  readonly address: string;
}

/** Behind by so many events a projection is late. */
const lagMost = 1_000;

export function signalsOf(health: Health): readonly Signal[] {
  const { now, clock, effects, purges, webhooks, projections } = health;
  const pausedBy = (cause: Health['effects']['pauses'][number]['cause']): number => effects.pauses.filter((pause) => pause.cause === cause).length;
  const oldest = (overdue: readonly { readonly oldestMs: number }[]): number | null => (overdue.length === 0 ? null : Math.max(...overdue.map(({ oldestMs }) => oldestMs)));
  const sum = (counted: readonly { readonly count: number }[]): number => counted.reduce((all, { count }) => all + count, 0);
  const signal = (id: SignalId, count: number, address: string, ageMs: number | null = null): Signal => ({ id, count, ageMs, address });
  const drifted = health.drift.findings[0]?.accountIds[0];
  const inForce = addressOf('pauses', { status: 'in-force' });
  return [
    signal('no-worker', health.workers.living === 0 ? 1 : 0, addressOf('deadlines', { status: 'pending', dueBefore: now }), health.workers.lastSeenAt === null ? null : Date.parse(now) - Date.parse(health.workers.lastSeenAt)),
    signal('clock', clock.inDoubt ? Math.max(1, clock.deadlines + clock.effects) : 0, addressOf('clock-stops', { status: 'open' })),
    signal('newer-release', health.newerRelease === null ? 0 : 1, '/projections'),
    signal('overdue-deadlines', sum(health.overdue), addressOf('deadlines', { status: 'pending', dueBefore: now }), oldest(health.overdue)),
    signal('dead-deadlines', health.dead, addressOf('deadlines', { status: 'dead' })),
    signal('blocked-deadlines', health.blocked, addressOf('deadlines', { status: 'blocked' })),
    signal('storm', pausedBy('storm-guard'), inForce),
    signal('credentials', pausedBy('credentials'), inForce),
    signal('paused', pausedBy('operator'), inForce),
    signal('overdue-effects', sum(effects.overdue), addressOf('effects', { dueBefore: now }), oldest(effects.overdue)),
    signal('dead-effects', effects.dead, addressOf('effects', { status: 'dead' })),
    signal('blocked-effects', effects.blocked, addressOf('effects', { status: 'blocked' })),
    signal('untold', health.announcements.untold.count, addressOf('effects', { kind: 'notify', dueBefore: now })),
    signal('purge-findings', purges.failed, addressOf('purges', { status: 'failed' })),
    signal('purges-stopped', purges.stopped ? 1 : 0, addressOf('clock-stops', { status: 'open' })),
    signal('webhooks-failing', webhooks.failing, addressOf('webhook-endpoints', { status: 'failing' }), webhooks.oldestUndeliveredMs),
    signal('webhooks-disabled', webhooks.disabled, addressOf('webhook-endpoints', { status: 'disabled' })),
    signal('projections-failing', projections.filter(({ status }) => status === 'failing').length, '/projections'),
    signal('projections-behind', projections.filter(({ lag }) => lag > lagMost).length, '/projections'),
    signal('holds-due', health.legalHolds.toReview, addressOf('legal-holds', { status: 'review-due' })),
    signal('drift', sum(health.drift.findings), drifted === undefined ? '/accounts' : accountAddress(drifted)),
    signal('carrier-drift', sum(health.carrierDrift.findings), addressOf('carrier-drift', { status: 'open' })),
    signal('test-clocks', health.testClocks.failed, addressOf('deadlines', { status: 'dead' })),
  ];
}
