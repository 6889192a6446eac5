// No date that was told ever moves nearer, whatever policies and zones come after it (R33).
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#kernel';
import { cancel, change, open, resume, subscribe } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { inForceFrom, moment, type DatedPolicy, type Surroundings } from '../../../../test/stories/life.js';
import { asked, D14, D30, E, one, seen, start, two } from '../../test/consequences.js';

describe('what was told stands', () => {
  const policy = (from: Instant, version: string, days: number, years = 1): DatedPolicy =>
    inForceFrom(from, { version, numbersReleaseAfterDays: days, tenDlcExpireAfterDays: days + 16, purgeAfterYears: years });
  const shorter: Surroundings = { policies: [policy(start, 'old', 14, 2), policy(asked, 'new', 7)] };
  const longer: Surroundings = { policies: [policy(start, 'old', 14), policy(asked, 'new', 21, 2)] };
  const due = (steps: readonly Step[], under: Surroundings) => seen(steps, under).open.map(({ dueAt }) => dueAt);

  it('when a policy with nearer dates comes after the request', () => {
    expect(due([...one, [moment(asked, -1), cancel()], [E]], shorter)).toEqual([D14, D30, moment('2028-04-30T07:00Z')]);
  });

  it('and the new policy counts for a request from its first millisecond', () => {
    expect(due([...one, [asked, cancel()], [E]], shorter)[0]).toBe(moment('2026-05-07T07:00Z'));
    expect(due([...one, [asked, cancel()], [E]], longer)).toEqual([moment('2026-05-21T07:00Z'), moment('2026-06-06T07:00Z'), moment('2028-04-30T07:00Z')]);
  });

  it('and of two promises the more patient counts, whichever came first', () => {
    const far = [D14, D30, moment('2028-04-30T07:00Z')];
    expect(due([...two, [start, cancel()], [asked, cancel('calling')], [E]], shorter)).toEqual(far);
    expect(due([...two, [start, cancel('calling')], [asked, cancel()], [E]], shorter)).toEqual(far);
    expect(due([...two, [start, cancel()], [asked, cancel('calling')], [E]], longer)[0]).toBe(moment('2026-05-21T07:00Z'));
  });

  it('and a promise that favours the customer outlives one that does not', () => {
    const knobs: Surroundings = { policies: [policy(start, 'old', 14), inForceFrom(asked, { numberFeesAfterEnd: true, tenDlcScope: 'messaging' })] };
    for (const [first, second] of [['calling', 'messaging'], ['messaging', 'calling']]) {
      const { policy: kept } = lived([...two, [start, cancel(first)], [asked, cancel(second)], [E]], knobs).state.lapse!;
      expect(kept).toMatchObject({ numberFeesAfterEnd: false, tenDlcScope: 'account' });
    }
  });

  it('when the account moves to another zone', () => {
    const winter: readonly Step[] = [[moment('2026-09-25T07:00Z'), open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly'), cancel()]];
    const told = seen(winter).planned.map(({ dueAt }) => dueAt);
    expect(told).toEqual([moment('2026-11-08T08:00Z'), moment('2026-11-24T08:00Z'), moment('2027-10-25T07:00Z')]);
    expect(seen([...winter, [moment('2026-10-01T00:00Z'), change({ timeZone: 'UTC' })], [moment('2026-10-25T07:00Z')]]).open.map(({ dueAt }) => dueAt)).toEqual(told);
  });

  it('and a resume takes the promise back: the next one is made anew', () => {
    expect(due([...one, [start, cancel(), resume()], [asked, cancel()], [E]], shorter)[0]).toBe(moment('2026-05-07T07:00Z'));
  });
});
