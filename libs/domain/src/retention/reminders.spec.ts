// Reminders before the irreversible: each on its day, once, for as long as the loss is to come.
import { describe, expect, it } from '@jest/globals';
import { buyNumber, cancel, erase, open, resume, subscribe } from '../../../../test/stories/commands.js';
import { announced, examples, lived } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { cancelled, D14, D30, day, E, expiryIn7, lapsed, P, purgeIn, releaseIn } from '../../test/reminders.js';
import { openDeadlines, openReminders } from '../membership/deadlines.js';

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
