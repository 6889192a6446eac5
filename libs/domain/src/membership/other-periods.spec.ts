// What was promised beside what another policy would have promised: each date that counts or was told, once, by the account's calendar.
import { describe, expect, it } from '@jest/globals';
import { cancel, erase, subscribe } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { inForceFrom, moment } from '../../../../test/stories/life.js';
import { asked, D14, D30, E, one, start, two } from '../../test/consequences.js';
import { builtInPolicy } from '../built-in-policy.js';
import type { Policy } from '../policy.js';
import { underOtherPeriods, wouldBillAfterEnd } from './other-periods.js';

const P = moment('2027-04-30T07:00Z');
const under = (steps: readonly Step[], change: Partial<Policy>, promisedUnder: Partial<Policy> = {}) => {
  const { state } = lived(steps, { policies: [inForceFrom(start, promisedUnder)] });
  return { dates: underOtherPeriods(state, { ...builtInPolicy.periods, ...change }).map(({ kind, promised, would }) => [kind, promised, would]), bills: wouldBillAfterEnd(state, { ...builtInPolicy.periods, ...change }) };
};

describe('under other periods', () => {
  it('each date that was told comes as many days after the end, by the wall clock, as the policy says', () => {
    expect(under([...one, [asked, cancel()]], { numbersReleaseAfterDays: 7, tenDlcExpireAfterDays: 45, purgeAfterYears: 1 }).dates).toEqual([
      ['release-numbers', D14, moment('2026-05-07T07:00Z')], ['expire-ten-dlc', D30, moment('2026-06-14T07:00Z')], ['purge-data', P, P],
    ]);
  });

  it('what counts already is as what was only told, but for what has come by then', () => {
    expect(under([...one, [asked, cancel()], [D14]], { numbersReleaseAfterDays: 7, purgeAfterYears: 2 }).dates).toEqual([['expire-ten-dlc', D30, D30], ['purge-data', P, moment('2028-04-30T07:00Z')]]);
  });

  it('nothing was told while another plan goes on, and nothing stands once all is gone or was never cancelled', () => {
    for (const steps of [[...two, [asked, cancel()]], one, [...one, [asked, cancel()], [P]], [...one, [asked, cancel()], [E, erase()]]] satisfies (readonly Step[])[]) {
      expect(under(steps, { numbersReleaseAfterDays: 7 }).dates).toEqual([]);
    }
  });

  it('a registration that would follow its own plan goes when that has ended', () => {
    const calling: readonly Step[] = [...one, [asked, cancel(), subscribe('calling-annual')], [E, cancel('calling')]];
    const [told] = under(calling, { tenDlcScope: 'messaging' }).dates.filter(([kind]) => kind === 'expire-ten-dlc');
    expect(told).toEqual(['expire-ten-dlc', moment('2027-05-10T17:00Z'), D30]);
  });

  it('numbers are billed after the end only where that was promised', () => {
    const pending: readonly Step[] = [...one, [asked, cancel()]];
    expect(under(pending, { numberFeesAfterEnd: true }).bills).toBe(true);
    expect(under([...pending, [E]], { numberFeesAfterEnd: true }).bills).toBe(true);
    expect(under(pending, { numberFeesAfterEnd: true }, { numberFeesAfterEnd: true }).bills).toBe(false);
    expect(under(pending, {}).bills).toBe(false);
    expect(under(one, { numberFeesAfterEnd: true }).bills).toBe(false);
  });
});
