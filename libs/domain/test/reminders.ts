// An account that has lost its last plan, and what is told it beforehand.
import { applyTenDlc, approveTenDlc, buyNumber, cancel, open, subscribe } from '../../../test/stories/commands.js';
import { announced, type Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';

export const start = moment('2026-03-30T00:00Z');
export const E = moment('2026-04-30T00:00Z');
export const D14 = moment('2026-05-14T00:00Z');
export const D30 = moment('2026-05-30T00:00Z');
export const P = moment('2027-04-30T00:00Z');
export const day = (text: string, ms = 0) => moment(`${text}T00:00Z`, ms);
export const cancelled: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), buyNumber('n0'), applyTenDlc(), approveTenDlc, cancel()]];
export const lapsed: readonly Step[] = [...cancelled, [E]];
export const releaseIn = (days: number) => announced('release-numbers', D14, days);
export const purgeIn = (days: number) => announced('purge-data', P, days);
export const expiryIn7 = announced('expire-ten-dlc', D30, 7);
