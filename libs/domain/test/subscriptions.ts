// Somebody who has subscribed.
import { open, subscribe } from '../../../test/stories/commands.js';
import type { Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';

export const start = moment('2026-03-30T07:00Z');
export const E = moment('2026-04-30T07:00Z');
export const losAngeles = open({ timeZone: 'America/Los_Angeles' });
export const subscribed: readonly Step[] = [[start, losAngeles, subscribe('messaging-monthly')]];

export const bought = (zone: string, at: string, planId = 'messaging-monthly'): readonly Step[] => [[moment(at), open({ timeZone: zone }), subscribe(planId)]];
