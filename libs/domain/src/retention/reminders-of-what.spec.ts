// Reminders follow what there is to lose: under a legal hold, under other policies, and where there is nothing.
import { applyTenDlc, approveTenDlc, blocked, buyNumber, cancel, hold, lift, open, removeNumber, subscribe } from '../../../../test/stories/commands.js';
import { announced, examples, type Step } from '../../../../test/stories/examples.js';
import { inForceFrom, moment, type Surroundings } from '../../../../test/stories/life.js';
import { cancelled, D14, D30, day, E, expiryIn7, lapsed, P, purgeIn, releaseIn, start } from '../../test/reminders.js';
import type { Policy } from '../policy.js';

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

const ownPolicy = (change: Partial<Policy>): Surroundings => ({ policies: [inForceFrom(start, change)] });
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
