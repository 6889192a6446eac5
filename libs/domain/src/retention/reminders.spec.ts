// Reminders before the irreversible: each on its day, once, for as long as the loss is to come.
import { describe, expect, it } from '@jest/globals';
import { applyTenDlc, approveTenDlc, blocked, buyNumber, cancel, erase, hold, lift, open, removeNumber, resume, subscribe } from '../../../../test/stories/commands.js';
import { announced, examples, lived, type Step } from '../../../../test/stories/examples.js';
import { moment, type Surroundings } from '../../../../test/stories/life.js';
import { openDeadlines, openReminders } from '../membership/consequences.js';
import { policyInForce } from '../policy.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');
const D30 = moment('2026-05-30T00:00Z');
const P = moment('2027-04-30T00:00Z');
const day = (text: string, ms = 0) => moment(`${text}T00:00Z`, ms);
const cancelled: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), buyNumber('n0'), applyTenDlc(), approveTenDlc, cancel()]];
const lapsed: readonly Step[] = [...cancelled, [E]];
const releaseIn = (days: number) => announced('release-numbers', D14, days);
const purgeIn = (days: number) => announced('purge-data', P, days);
const expiryIn7 = announced('expire-ten-dlc', D30, 7);
const back = subscribe('messaging-annual', { as: 'again' });

const days = [
  { name: 'the release, 7 days before', before: E, at: day('2026-05-07'), told: releaseIn(7) },
  { name: 'the release, a day before', before: day('2026-05-07'), at: day('2026-05-13'), told: releaseIn(1) },
  { name: 'the expiry, 7 days before', before: D14, at: day('2026-05-23'), told: expiryIn7 },
  { name: 'the deletion, 30 days before', before: D30, at: day('2027-03-31'), told: purgeIn(30) },
  { name: 'the deletion, 7 days before', before: day('2027-03-31'), at: day('2027-04-23'), told: purgeIn(7) },
  { name: 'the deletion, a day before', before: day('2027-04-23'), at: day('2027-04-29'), told: purgeIn(1) },
];

for (const { name, before, at, told } of days) {
  examples(`of ${name},`, {
    'nothing is said a millisecond earlier': { given: [...lapsed, [before]], when: [moment(at, -1)], then: [] },
    'the customer is told on the day': { given: [...lapsed, [before]], when: [at], then: [told] },
    'the customer is told once': { given: [...lapsed, [at]], when: [moment(at, 1)], then: [] },
    'nothing is said to who has come back': { given: [...lapsed, [before], [moment(at, -1), back]], when: [moment(at, 1)], then: [] },
  });
}

examples('reminders', {
  'are caught up in order by a late worker, among what they are of, each as of its day': {
    given: cancelled,
    when: [P],
    then: [
      ['NumberFeesCharged', E], ['NumberFeesFellShort', E], ['PeriodEnded', E],
      releaseIn(7), releaseIn(1), ['NumberReleaseStarted', D14],
      expiryIn7, ['TenDlcExpired', D30],
      purgeIn(30), purgeIn(7), purgeIn(1), ['PurgeStarted', P],
    ],
  },
  'are not made while the end can still be undone': { given: cancelled, when: [moment(E, -1), resume()], then: [['SubscriptionResumed', moment(E, -1)], ['AutoRechargeRestored', moment(E, -1)]] },
  'are made anew for the next end': {
    given: [...lapsed, [day('2026-05-08'), subscribe('messaging-monthly', { as: 'again' }), cancel('again')], [day('2026-06-08')]],
    when: [day('2026-06-22')],
    then: [announced('release-numbers', day('2026-06-22'), 7), announced('release-numbers', day('2026-06-22'), 1), ['NumberReleaseStarted', day('2026-06-22')]],
  },
  'are not made of a deletion that an erasure has brought forward': { given: [...lapsed, [D30]], when: [day('2027-01-01'), erase()], then: [['PurgeStarted', day('2027-01-01')]] },
  'are told by 24 hours, also where the clocks are turned between': {
    given: [[moment('2026-09-25T07:00Z'), open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly'), buyNumber('n0'), cancel()], [moment('2026-10-25T07:00Z')]],
    when: [moment('2026-11-08T08:00Z')],
    then: [
      ['LossAnnounced', moment('2026-11-01T08:00Z'), { loss: 'release-numbers', at: moment('2026-11-08T08:00Z'), daysLeft: 7 }],
      ['LossAnnounced', moment('2026-11-07T08:00Z'), { loss: 'release-numbers', at: moment('2026-11-08T08:00Z'), daysLeft: 1 }],
      ['NumberReleaseStarted', moment('2026-11-08T08:00Z')],
    ],
  },
});

const bare: readonly Step[] = [[start, open(), subscribe('calling-monthly'), cancel('calling')], [E]];
const ported: readonly Step[] = [[start, open(), subscribe('calling-monthly'), buyNumber('n0', 'ported'), cancel('calling')], [E]];

examples('where there is nothing to lose', {
  'nothing is announced but the deletion, and the days come all the same': {
    given: bare,
    when: [P],
    then: [['NumberReleaseStarted', D14, { numberIds: [] }], ['NumbersReleased', D14], ['TenDlcExpirySkipped', D30], purgeIn(30), purgeIn(7), purgeIn(1), ['PurgeStarted', P]],
  },
  'of a number that is not ours to release nothing is announced': { given: ported, when: [D14], then: [['NumberReleaseStarted', D14, { numberIds: [], leftIds: ['n0'] }], ['NumbersReleased', D14]] },
  'a number that was removed after the first announcement is not announced again': {
    given: [...lapsed, [day('2026-05-08'), removeNumber('n0')]],
    when: [D14],
    then: [['NumberReleaseStarted', D14, { numberIds: [] }], ['NumbersReleased', D14]],
  },
  'a registration that had expired in an earlier end is not announced again': {
    given: [...lapsed, [D30, subscribe('messaging-monthly', { as: 'again' }), cancel('again')], [day('2026-06-30')]],
    when: [day('2026-07-30')],
    then: [['NumberReleaseStarted', day('2026-07-14')], ['TenDlcExpirySkipped', day('2026-07-30')]],
  },
  'a number that the carrier gives back after a day of announcement is announced on the days to come': {
    given: [
      ...lapsed, [D14], [D14, subscribe('messaging-monthly', { as: 'again' }), cancel('again')], [day('2026-06-14')], [day('2026-06-25'), blocked('n0')],
    ],
    when: [day('2026-06-28')],
    then: [announced('release-numbers', day('2026-06-28'), 1), ['NumberReleaseStarted', day('2026-06-28'), { numberIds: ['n0'] }]],
  },
});

const held: readonly Step[] = [...lapsed, [D30, hold(P)]];

examples('under a legal hold', {
  'no deletion is announced': { given: held, when: [P], then: [] },
  'the other losses are': { given: [...lapsed, [E, hold(P)]], when: [day('2026-05-23')], then: [releaseIn(7), releaseIn(1), ['NumberReleaseStarted', D14], expiryIn7] },
  'a day that was missed is not announced afterwards, one to come is': { given: [...held, [day('2027-04-01'), lift()]], when: [P], then: [purgeIn(7), purgeIn(1), ['PurgeStarted', P]] },
  'lifted before the first day, all are announced': { given: [...held, [day('2027-03-31', -1), lift()]], when: [day('2027-04-23')], then: [purgeIn(30), purgeIn(7)] },
  'lifted beside another, nothing is announced': { given: [...held, [D30, hold(P, 'second')], [day('2027-04-01'), lift()]], when: [P], then: [] },
  'lifted a millisecond before P, the deletion comes unannounced': { given: [...held, [moment(P, -1), lift()]], when: [P], then: [['PurgeStarted', P]] },
  'placed between two, the second falls away': { given: [...lapsed, [day('2027-03-31')], [day('2027-04-01'), hold(P)], [day('2027-04-24'), lift()]], when: [P], then: [purgeIn(1), ['PurgeStarted', P]] },
  'held once more, nothing that was missed comes back': { given: [...held, [day('2027-04-01'), lift(), hold(P, 'second')], [day('2027-04-02'), lift('second')]], when: [day('2027-04-23')], then: [purgeIn(7)] },
});

const ownPolicy = (change: object): Surroundings => ({ policies: [{ ...policyInForce(start), from: start, ...change }] });
const messagingScope = ownPolicy({ tenDlcScope: 'messaging' });
const both: readonly Step[] = [[start, open(), subscribe('messaging-monthly'), subscribe('calling-annual'), applyTenDlc(), approveTenDlc, cancel()], [E]];

examples('where the registration follows the Messaging plan, its expiry', {
  'is announced once, also to who comes back on Calling alone after that': {
    given: [...lapsed, [day('2026-05-24'), subscribe('calling-annual')]],
    when: [D30],
    then: [['TenDlcExpired', D30]],
    under: messagingScope,
  },
  'is announced to who has come back on Calling alone before': {
    given: [...lapsed, [day('2026-05-20'), subscribe('calling-annual')]],
    when: [D30],
    then: [expiryIn7, ['TenDlcExpired', D30]],
    under: messagingScope,
  },
  'is announced for each end of Messaging, though Calling goes on all the time': {
    given: [...both, [day('2026-05-25'), subscribe('messaging-monthly', { as: 'again' }), cancel('again')], [day('2026-06-25')]],
    when: [day('2026-07-25')],
    then: [announced('expire-ten-dlc', day('2026-07-25'), 7), ['TenDlcExpired', day('2026-07-25')]],
    under: messagingScope,
  },
});

examples('under a policy of few days', {
  'a loss is not announced before the end it counts from': {
    given: lapsed,
    when: [day('2026-05-03')],
    then: [announced('release-numbers', day('2026-05-03'), 1), ['NumberReleaseStarted', day('2026-05-03')]],
    under: ownPolicy({ numbersReleaseAfterDays: 3 }),
  },
  'it is announced at the end itself where that is the day': {
    given: cancelled,
    when: [E],
    then: [['NumberFeesCharged', E], ['NumberFeesFellShort', E], ['PeriodEnded', E], announced('release-numbers', day('2026-05-07'), 7)],
    under: ownPolicy({ numbersReleaseAfterDays: 7 }),
  },
});

describe('as deadlines', () => {
  it('they stand from the end on, in order, under the identity of what they are of', () => {
    const { state } = lived(lapsed);
    expect(openReminders(lived(cancelled).state)).toEqual([]);
    expect(openDeadlines(state).map(({ kind, generation, dueAt }) => [kind, generation, dueAt])).toEqual([
      ['remind-release-numbers-7', 1, day('2026-05-07')],
      ['remind-release-numbers-1', 1, day('2026-05-13')],
      ['release-numbers', 1, D14],
      ['remind-expire-ten-dlc-7', 1, day('2026-05-23')],
      ['expire-ten-dlc', 1, D30],
      ['remind-purge-data-30', 1, day('2027-03-31')],
      ['remind-purge-data-7', 1, day('2027-04-23')],
      ['remind-purge-data-1', 1, day('2027-04-29')],
      ['purge-data', 1, P],
    ]);
  });
});
