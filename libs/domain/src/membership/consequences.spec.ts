// What an account waits for: which deadlines, when and under which identity (A4, A18).
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#kernel';
import { buyNumber, cancel, change, hold, open, removeNumber, resume, subscribe } from '../../../../test/stories/commands.js';
import { lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { asked, D14, D30, E, one, seen, start, two } from '../../test/consequences.js';
import { feeBoundaries } from '../numbers/boundaries.js';
import { plannedEnd } from '../subscriptions/ends.js';
import { deadlineKey, lossDates } from './consequences.js';
import { openDeadlines } from './deadlines.js';

const P = moment('2027-04-30T07:00Z');
const dates = [{ kind: 'release-numbers', dueAt: D14 }, { kind: 'expire-ten-dlc', dueAt: D30 }, { kind: 'purge-data', dueAt: P }];
const periodEnd = (dueAt: Instant, subject = 'messaging') => ({ kind: 'period-end', dueAt, subject });

describe('an account waits for', () => {
  const waits: Readonly<Record<string, { given: readonly Step[]; open: readonly object[]; planned: readonly object[] }>> = {
    'nothing before its first plan': { given: [[start, open()]], open: [], planned: [] },
    'the end of the period while it is active': { given: one, open: [periodEnd(E)], planned: [] },
    'the same while pending, and the three dates are told': { given: [...one, [asked, cancel()]], open: [periodEnd(E)], planned: dates },
    'nothing more after a resume': { given: [...one, [asked, cancel(), resume()]], open: [periodEnd(E)], planned: [] },
    'the three dates after the end': { given: [...one, [asked, cancel()], [E]], open: dates, planned: [] },
    'the same where it has moved since to a zone that sets its clocks back in between': {
      given: [
        [moment('2026-09-25T07:00Z'), open({ timeZone: 'Asia/Tokyo' }), subscribe('messaging-monthly'), cancel()],
        [moment('2026-10-01T00:00Z'), change({ timeZone: 'America/Los_Angeles' })],
        [moment('2026-10-25T07:00Z')],
      ],
      open: [
        { kind: 'release-numbers', dueAt: moment('2026-11-08T07:00Z') },
        { kind: 'expire-ten-dlc', dueAt: moment('2026-11-24T07:00Z') },
        { kind: 'purge-data', dueAt: moment('2027-10-25T07:00Z') },
      ],
      planned: [],
    },
    'what is left of them after D14': { given: [...one, [asked, cancel()], [D14]], open: dates.slice(1), planned: [] },
    'the purge alone after D30': { given: [...one, [asked, cancel()], [D30]], open: dates.slice(2), planned: [] },
    'a held purge beyond its day': {
      given: [...one, [asked, cancel(), hold(P)], [moment('2027-06-01T00:00Z')]],
      open: [{ ...dates[2], held: true }],
      planned: [],
    },
    'nothing after P': { given: [...one, [asked, cancel()], [P]], open: [], planned: [] },
    'none of the dates while one of two plans goes on': { given: [...two, [asked, cancel()], [E]], open: [periodEnd(D30, 'calling')], planned: [] },
    'the dates once the second is pending too': {
      given: [...two, [asked, cancel()], [E, cancel('calling')]],
      open: [periodEnd(D30, 'calling')],
      planned: [
        { kind: 'release-numbers', dueAt: moment('2026-06-13T07:00Z') },
        { kind: 'expire-ten-dlc', dueAt: moment('2026-06-29T07:00Z') },
        { kind: 'purge-data', dueAt: moment('2027-05-30T07:00Z') },
      ],
    },
    'none of the dates when both were pending and one is resumed': { given: [...two, [asked, cancel(), cancel('calling'), resume()]], open: [periodEnd(E), periodEnd(E, 'calling')], planned: [] },
  };

  it.each(Object.entries(waits))('%s', (_, { given, ...expected }) => {
    expect(seen(given)).toEqual(expected);
  });

  it('what is planned is what then counts, to the millisecond, for two plans that end apart', () => {
    const apart: readonly Step[] = [...one, [asked, subscribe('calling-monthly'), cancel(), cancel('calling')]];
    const { planned } = seen(apart);
    expect(planned[0]?.dueAt).toBe(moment('2026-05-24T17:00Z'));
    expect(seen([...apart, [moment('2026-05-10T17:00Z')]]).open).toEqual(planned);
  });
});

describe('fees to come', () => {
  const billed: readonly Step[] = [[start, open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), buyNumber('n0')]];
  const fees = (steps: readonly Step[], most = 3) => feeBoundaries(lived(steps).state, most);

  it('are foretold as far as asked while no end is in sight, and to the end once one is', () => {
    expect(fees(billed)).toEqual([moment('2026-04-15T07:00Z'), moment('2026-05-15T07:00Z'), moment('2026-06-15T07:00Z')]);
    expect(fees([...billed, [start, cancel()]], 99)).toHaveLength(12);
    expect(fees([...billed, [start, cancel(), removeNumber('n0')]], 99)).toEqual([]);
  });

  it('are not evaded by moving over the date line and back around every billing day', () => {
    const eastAndBack = (billingDay: string, back: string): readonly Step[] => [
      [moment(billingDay, -20 * 3_600_000), change({ timeZone: 'Pacific/Kiritimati' })],
      [moment(back), change({ timeZone: 'America/Los_Angeles' })],
    ];
    const { events } = lived([
      ...billed,
      ...eastAndBack('2026-04-15T07:00Z', '2026-04-15T06:00Z'),
      ...eastAndBack('2026-05-15T07:00Z', '2026-05-15T08:00Z'),
      [moment('2026-06-15T07:00Z')],
    ]);
    expect(events.filter(({ type }) => type === 'NumberFeesCharged').map(({ effectiveAt }) => effectiveAt)).toEqual(fees(billed));
  });

  it('have the local date as identity, also of a day that a move has skipped', () => {
    const [fee] = openDeadlines(lived(billed).state);
    expect(fee).toEqual({ kind: 'number-fees', subject: '', generation: 20260415, dueAt: moment('2026-04-15T07:00Z'), held: false });
    expect(deadlineKey(fee!)).toBe('["number-fees","",20260415]');
    const [skipped] = openDeadlines(lived([...billed, [moment('2026-04-14T20:00Z'), change({ timeZone: 'Pacific/Kiritimati' })]]).state);
    expect(skipped).toEqual(fee);
  });
});

describe('the dates of one end', () => {
  it('are the vectors of the contract', () => {
    const { state } = lived([...one, [asked, cancel()]]);
    expect(lossDates(plannedEnd(state)!)).toEqual({ 'release-numbers': D14, 'expire-ten-dlc': D30, 'purge-data': P });
  });
});
