// The 10DLC registration: active for every instant before D30, expired from then on, whatever it is counted from (R19, R20, A4, A13).
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#kernel';
import { applyTenDlc, approveTenDlc, cancel, open, resume, subscribe } from '../../../../test/stories/commands.js';
import { announced, examples, lived, type Expected, type Step } from '../../../../test/stories/examples.js';
import { inForceFrom, moment, type Surroundings } from '../../../../test/stories/life.js';
import { openDeadlines, plannedDeadlines } from '../membership/deadlines.js';
import { ifYouReturn, nextLoss } from '../membership/return.js';
import type { Membership } from '../membership/state.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D30 = moment('2026-05-30T00:00Z');
const registered: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), applyTenDlc(), approveTenDlc]];
const lapsed: readonly Step[] = [...registered, [start, cancel()], [E]];
/** As many days before as are told, the release at its time, and D30 told. */
const release = (at: Instant): readonly Expected[] => [['NumberReleaseStarted', at], ['NumbersReleased', at]];
const told = announced('expire-ten-dlc', D30, 7);
const untilD30: readonly Expected[] = [...release(moment('2026-05-14T00:00Z')), told];

examples('a registration', {
  'is applied for': { given: [[start, open()]], when: [start, applyTenDlc()], then: [['TenDlcApplied', start, { registrationId: 'registration' }]] },
  'is applied for once': { given: [[start, open(), applyTenDlc()]], when: [start, applyTenDlc('other')], then: [['refused', 'ten_dlc_exists', { tenDlcStatus: 'pending' }]] },
  'that is active is not applied for again': { given: registered, when: [start, applyTenDlc('other')], then: [['refused', 'ten_dlc_exists', { tenDlcStatus: 'active' }]] },
  'is approved': { given: [[start, open(), applyTenDlc()]], when: [start, approveTenDlc], then: [['TenDlcRegistered', start, { registrationId: 'registration' }]] },
  'is approved once': { given: registered, when: [start, approveTenDlc], then: [['refused', 'ten_dlc_not_pending', { tenDlcStatus: 'active' }]] },
  'cannot be approved without being applied for': { given: [[start, open()]], when: [start, approveTenDlc], then: [['refused', 'ten_dlc_not_pending', { tenDlcStatus: 'none' }]] },
  'cannot be applied for after the end': { given: lapsed, when: [E, applyTenDlc('other')], then: [['refused', 'no_open_plan']] },
});

examples('the expiry', {
  'does not come a millisecond before D30': { given: lapsed, when: [moment(D30, -1)], then: untilD30 },
  'comes at D30': { given: lapsed, when: [D30], then: [...untilD30, ['TenDlcExpired', D30, { registrationId: 'registration' }]] },
  'takes an application that still waits': {
    given: [[start, open(), subscribe('messaging-monthly'), applyTenDlc(), cancel()], [E]],
    when: [D30],
    then: [...untilD30, ['TenDlcExpired', D30]],
  },
  'without a registration is settled all the same': { given: [[start, open(), subscribe('messaging-monthly'), cancel()], [E]], when: [D30], then: [...release(moment('2026-05-14T00:00Z')), ['TenDlcExpirySkipped', D30]] },
  'comes once': { given: [...lapsed, [D30]], when: [moment('2026-12-31T00:00Z')], then: [] },
  'does not touch a customer who came back a millisecond before': {
    given: [...lapsed, [moment(D30, -1), subscribe('calling-annual')]],
    when: [moment('2026-12-31T00:00Z')],
    then: [],
  },
  'is not undone by coming back: a new registration is needed': {
    given: [...lapsed, [D30, subscribe('messaging-annual', { as: 'again' })]],
    when: [D30, approveTenDlc, applyTenDlc('second'), approveTenDlc],
    then: [['refused', 'ten_dlc_not_pending', { tenDlcStatus: 'expired' }], ['TenDlcApplied', D30], ['TenDlcRegistered', D30, { registrationId: 'second' }]],
  },
  'counts from the last plan when Messaging ends first': {
    given: [...registered, [start, subscribe('calling-annual'), cancel()]],
    when: [moment('2026-12-31T00:00Z')],
    then: [['PeriodEnded', E, { lastPlan: false }]],
  },
});

const messagingScope: Surroundings = { policies: [inForceFrom(start, { tenDlcScope: 'messaging' })] };
const both: readonly Step[] = [...registered, [start, subscribe('calling-annual')]];
const messagingEnded: readonly Step[] = [...both, [start, cancel()], [E]];
const back: readonly Step[] = [...messagingEnded, [moment('2026-05-20T00:00Z'), subscribe('messaging-monthly', { as: 'again' })]];

examples('where the registration follows the Messaging plan', {
  'it expires 30 days after that, though Calling goes on': {
    given: messagingEnded,
    when: [D30],
    then: [told, ['TenDlcExpired', D30, { registrationId: 'registration' }]],
    under: messagingScope,
  },
  'not a millisecond before': { given: messagingEnded, when: [moment(D30, -1)], then: [told], under: messagingScope },
  'the end of Calling alone does nothing to it': {
    given: [...registered, [start, subscribe('calling-monthly'), cancel('calling')]],
    when: [moment('2026-06-29T23:59Z')],
    then: [
      ['SubscriptionRenewed', E], ['CardChargeRequested', E], ['PeriodEnded', E, { subscriptionId: 'calling', lastPlan: false }],
      ['SubscriptionRenewed', D30], ['CardChargeRequested', D30],
    ],
    under: messagingScope,
  },
  'coming back on Messaging stops it': { given: back, when: [moment('2026-06-15T00:00Z')], then: [], under: { ...messagingScope } },
  'and ending Messaging again counts anew, once': {
    given: [...back, [moment('2026-06-01T00:00Z'), cancel('again')]],
    when: [moment('2026-12-31T00:00Z')],
    then: [['PeriodEnded', moment('2026-06-20T00:00Z'), { lastPlan: false }], announced('expire-ten-dlc', moment('2026-07-20T00:00Z'), 7), ['TenDlcExpired', moment('2026-07-20T00:00Z')]],
    under: messagingScope,
  },
  'it keeps counting from Messaging when Calling ends later': {
    given: [...registered, [moment('2026-04-10T00:00Z'), subscribe('calling-monthly'), cancel(), cancel('calling')]],
    when: [D30],
    then: [
      ['PeriodEnded', E, { lastPlan: false }],
      ['PeriodEnded', moment('2026-05-10T00:00Z'), { lastPlan: true }],
      told,
      ['NumberReleaseStarted', moment('2026-05-24T00:00Z')], ['NumbersReleased', moment('2026-05-24T00:00Z')],
      ['TenDlcExpired', D30],
    ],
    under: messagingScope,
  },
  'coming back on Calling alone does not save it': {
    given: [...lapsed, [moment('2026-05-05T00:00Z'), subscribe('calling-annual')]],
    when: [D30],
    then: [told, ['TenDlcExpired', D30]],
    under: messagingScope,
  },
  'nobody applies for a new one until Messaging is back': {
    given: [...messagingEnded, [D30]],
    when: [D30, applyTenDlc('second'), subscribe('messaging-annual', { as: 'again' }), applyTenDlc('second')],
    then: [['refused', 'no_open_plan'], ['SubscriptionStarted', D30, { returned: null }], ['CardChargeRequested', D30], ['TenDlcApplied', D30]],
    under: messagingScope,
  },
  'an account that had Calling only loses it 30 days after its last plan': {
    given: [[start, open(), subscribe('calling-monthly'), applyTenDlc(), cancel('calling')], [E]],
    when: [D30],
    then: [...untilD30, ['TenDlcExpired', D30]],
    under: messagingScope,
  },
});

describe('what is told where the registration follows the Messaging plan', () => {
  const expiry = (state: Membership) => [...openDeadlines(state), ...plannedDeadlines(state)].filter(({ kind }) => kind === 'expire-ten-dlc');
  const told = (steps: readonly Step[]) => lived(steps, messagingScope).state;

  it('the date is planned from the cancellation on, counts from the end on, and is taken back by a resume', () => {
    expect(expiry(told([...both, [start, cancel()]]))).toEqual([{ kind: 'expire-ten-dlc', dueAt: D30 }]);
    expect(plannedDeadlines(told([...both, [start, cancel()]]))).toHaveLength(1);
    expect(expiry(told(messagingEnded))).toEqual([{ kind: 'expire-ten-dlc', subject: 'messaging', generation: 1, dueAt: D30, held: false }]);
    expect(expiry(told([...both, [start, cancel(), resume()]]))).toEqual([]);
    expect(expiry(told([...both, [start, cancel('calling')]]))).toEqual([]);
  });

  it('every end of Messaging has a deadline of its own', () => {
    const [again] = expiry(told([...back, [moment('2026-06-01T00:00Z'), cancel('again')], [moment('2026-06-20T00:00Z')]]));
    expect(again).toEqual({ kind: 'expire-ten-dlc', subject: 'again', generation: 1, dueAt: moment('2026-07-20T00:00Z'), held: false });
  });

  it('it is the next loss, and lost once it has come', () => {
    const pendingBoth = told([...both, [start, cancel(), cancel('calling')]]);
    expect(nextLoss(pendingBoth)).toEqual({ kind: 'expire-ten-dlc', at: D30 });
    expect(nextLoss(told(messagingEnded))).toEqual({ kind: 'expire-ten-dlc', at: D30 });
    expect(ifYouReturn(told(messagingEnded)).lost).toEqual([]);
    expect(ifYouReturn(told([...messagingEnded, [D30]])).lost).toEqual(['ten-dlc']);
  });
});
