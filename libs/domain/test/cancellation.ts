// A plan that is about to be cancelled, and one that is.
import { cancel, open, subscribe } from '../../../test/stories/commands.js';
import type { Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';

export const start = moment('2026-03-30T07:00Z');
export const asked = moment('2026-04-10T17:00Z');
export const E = moment('2026-04-30T07:00Z');
export const before = moment('2026-04-30T07:00Z', -1);
export const after = moment('2026-04-30T07:00Z', 1);
export const next = moment('2026-05-30T07:00Z');

export const subscribed: readonly Step[] = [[start, open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly')]];
export const pending: readonly Step[] = [...subscribed, [asked, cancel()]];
export const ended: readonly Step[] = [...pending, [E]];
export const renewal = [
  ['SubscriptionRenewed', E, { period: { start: E, end: next }, periodNumber: 2 }],
  ['CardChargeRequested', E, { chargeId: 'messaging.2' }],
] as const;
export const rests = ['AutoRechargeSuspended', asked] as const;
