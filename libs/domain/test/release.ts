// Numbers whose release has begun, and who comes back in the middle of it.
import { buyNumber, cancel, open, subscribe, topUp } from '../../../test/stories/commands.js';
import { lived, type Step } from '../../../test/stories/examples.js';
import { moment } from '../../../test/stories/life.js';
import { allNumbers } from '../src/numbers/inventory.js';

export const start = moment('2026-03-30T00:00Z');
export const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');
export const day15 = moment('2026-05-15T00:00Z');
export const day16 = moment('2026-05-16T00:00Z');
export const day20 = moment('2026-05-20T00:00Z');

/** Numbers are billed on the 10th; whoever comes back on day 16 has missed May 10. */
export const ending = (...bought: readonly ReturnType<typeof buyNumber>[]): readonly Step[] => [
  [start, open({ numberBillingAnchorDay: 10 }), subscribe('messaging-monthly'), topUp(10_000), ...bought, cancel()],
  [E],
];
export const two = ending(buyNumber('n0'), buyNumber('n1'));
export const releasing = (given: readonly Step[]): readonly Step[] => [...given, [D14]];
export const back = (...keeping: readonly string[]) => subscribe('messaging-annual', { as: 'again', keeping });
export const statuses = (given: readonly Step[]) => Object.fromEntries(allNumbers(lived(given).state.numbers.all).map(({ numberId, status }) => [numberId, status]));
export const released = (id: string, at = day15) => ['NumberReleased', at, { numberId: id }] as const;
