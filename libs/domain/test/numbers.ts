// An account with numbers, billed on a day of the month, and what its fees look like.
import { buyNumber, cancel, open, subscribe, topUp, usd } from '../../../test/stories/commands.js';
import { announced, type Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';

export const start = moment('2025-04-30T00:00Z');
export const asked = moment('2026-01-10T00:00Z');
export const E = moment('2026-04-30T00:00Z');
export const D14 = moment('2026-05-14T00:00Z');
export const on = (day: string) => moment(`2026-${day}T00:00Z`);
export const fee = (at: string, count: number, amount: number) => ['NumberFeesCharged', on(at), { count, rate: usd(200), amount: usd(amount) }] as const;
export const short = (at: string, amount: number) => ['NumberFeesFellShort', on(at), { amount: usd(amount) }] as const;
/** Told beforehand, twice. */
export const told = [announced('release-numbers', D14, 7), announced('release-numbers', D14, 1)] as const;

/** An annual plan to Apr 30 and `count` numbers, cancelled on Jan 10. */
export const cancelled = (wallet: number, count = 4, day = 15): readonly Step[] => [
  [start, open({ numberBillingAnchorDay: day }), subscribe('messaging-annual')],
  [asked, ...(wallet > 0 ? [topUp(wallet)] : []), ...Array.from({ length: count }, (_, index) => buyNumber(`n${index}`)), cancel()],
];
