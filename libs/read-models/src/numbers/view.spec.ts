// What each number costs next is what the next boundary takes, and nothing once none is to come.
import { expect, it } from '@jest/globals';
import { foretoldFees } from '#domain';
import { buyNumber, cancel, open, removeNumber, resume, subscribe, usd } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { recorded } from '../../../../test/stories/recorded.js';
import { numbersView } from './view.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const boundary = moment('2026-04-15T00:00Z');
const given: readonly Step[] = [
  [start, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-monthly'), buyNumber('n0'), buyNumber('ported', 'ported'), buyNumber('verified', 'verified'), buyNumber('n1'), removeNumber('n1')],
];
const fees = (steps: readonly Step[]) => {
  const life = lived(steps);
  return { life, fees: Object.fromEntries(numbersView(life.state, recorded(life)).map(({ numberId, nextFee }) => [numberId, nextFee])) };
};
const fee = { at: boundary, amount: usd(200) };

it('is told for every number that is billed, and adds up to what leaves the wallet', () => {
  const { life, fees: told } = fees(given);
  expect(told).toEqual({ n0: fee, ported: fee, verified: null, n1: null });
  expect(foretoldFees(life.state, 1)).toMatchObject([{ at: boundary, count: 2, due: 400 }]);
});

it('is none behind the end of the plan, unless the plan is resumed', () => {
  const late = moment('2026-04-16T00:00Z');
  const cancelled: readonly Step[] = [...given, [start, cancel()], [late]];
  expect(fees(cancelled).fees['n0']).toBeNull();
  expect(fees([...cancelled, [late, resume()]]).fees['n0']).toEqual({ at: moment('2026-05-15T00:00Z'), amount: usd(200) });
  expect(fees([...cancelled, [E]]).fees['n0']).toBeNull();
});
