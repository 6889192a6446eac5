// An account whose year is over, and one that is purged.
import { buyNumber, cancel, completePurge, open, subscribe, topUp } from '../../../test/stories/commands.js';
import type { Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';

export const start = moment('2026-03-30T00:00Z');
export const E = moment('2026-04-30T00:00Z');
export const D30 = moment('2026-05-30T00:00Z');
export const P = moment('2027-04-30T00:00Z');
export const late = moment('2027-07-29T00:00Z');
export const lapsed: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), topUp(500), buyNumber('n0'), cancel()], [E]];
export const yearOver: readonly Step[] = [...lapsed, [D30]];
export const purging: readonly Step[] = [...yearOver, [P]];
export const purged: readonly Step[] = [...purging, [P, completePurge({ contacts: 3 })]];
export const started = (at: typeof P, basis = 'retention', due = P) => ['PurgeStarted', at, { purgeId: 'acc.1', basis, due }] as const;
export const goneSincePurgeStarted = ['refused', 'account_purged', { purgedAt: P }] as const;
