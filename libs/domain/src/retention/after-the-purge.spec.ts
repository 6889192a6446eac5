// A purge that has begun or is done: what is still heard, what begins again, and the new life.
import { buyNumber, cancel, change, completePurge, erase, hold, open, reapplyPurge, resume, settled, subscribe, topUp } from '../../../../test/stories/commands.js';
import { announced, examples } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { D30, E, goneSincePurgeStarted, lapsed, late, P, purged, purging, start, started, yearOver } from '../../test/retention.js';

examples('a purge of the ledger, on a database restored from before it', {
  'begins again, as of when it began': { given: yearOver, when: [D30, reapplyPurge(P)], then: [started(P)] },
  'is completed as of when nothing was left': {
    given: [...yearOver, [D30, reapplyPurge(P)]],
    when: [late, { ...completePurge(), purgedAt: moment(P, 3) }],
    then: [['DataPurged', moment(P, 3), { purgeId: 'acc.1' }]],
  },
  'begins although a plan is open': { given: [[start, open(), subscribe('messaging-monthly')]], when: [start, reapplyPurge(P)], then: [started(P)] },
  'begins although a hold stands': { given: [...yearOver, [D30, hold(P)]], when: [D30, reapplyPurge(P)], then: [started(P)] },
  'does nothing once it has begun': { given: purging, when: [late, reapplyPurge(P)], then: [] },
  'does nothing once it is done': { given: purged, when: [late, reapplyPurge(P)], then: [] },
  'of an earlier life does not touch this one': { given: [...purged, [late, subscribe('messaging-monthly', { as: 'new' })]], when: [late, reapplyPurge(P)], then: [] },
});

examples('while the purge is carried out', {
  'what the carrier answers is still heard': {
    given: [...lapsed, [moment(E, 1), erase()]],
    when: [moment(E, 2), settled('n0')],
    then: [['NumberReleased', moment(E, 2), { numberId: 'n0' }], ['NumbersReleased', moment(E, 2)]],
  },
  'everything is gone': { given: purging, when: [P, topUp(100), resume(), change({ name: 'Bea' })], then: [goneSincePurgeStarted, goneSincePurgeStarted, goneSincePurgeStarted] },
  'a new life does not begin, for it would be deleted with the old one': { given: purging, when: [P, subscribe('messaging-monthly', { as: 'new' })], then: [goneSincePurgeStarted] },
});

examples('after the purge', {
  'everything is gone': { given: purged, when: [late, topUp(100), resume(), cancel()], then: [goneSincePurgeStarted, goneSincePurgeStarted, goneSincePurgeStarted] },
  'the account may say who it is now': { given: purged, when: [late, change({ name: 'Bea', email: 'bea@example.com' })], then: [['AccountChanged', late, { name: 'Bea', email: 'bea@example.com' }]] },
  'a new life begins empty': {
    given: purged,
    when: [late, subscribe('messaging-monthly', { as: 'new' }), buyNumber('n0')],
    then: [['SubscriptionStarted', late, { subscriptionId: 'new' }], ['CardChargeRequested', late], ['NumberPurchased', late]],
  },
  'the new life pays for its numbers with its own money only': {
    given: [...purged, [late, subscribe('messaging-monthly', { as: 'new' }), buyNumber('n0')]],
    when: [moment('2027-08-29T00:00Z')],
    then: [
      ['NumberFeesCharged', moment('2027-08-29T00:00Z'), { count: 1, amount: { amount: 0, currency: 'USD' } }],
      ['NumberFeesFellShort', moment('2027-08-29T00:00Z')],
      ['SubscriptionRenewed', moment('2027-08-29T00:00Z')],
      ['CardChargeRequested', moment('2027-08-29T00:00Z')],
    ],
  },
  'the new life ends with consequences of its own': {
    given: [...purged, [late, subscribe('messaging-monthly', { as: 'new' }), cancel('new')], [moment('2027-08-29T00:00Z')]],
    when: [moment('2028-08-29T00:00Z'), completePurge()],
    then: [
      ['NumberReleaseStarted', moment('2027-09-12T00:00Z'), { numberIds: [] }],
      ['NumbersReleased', moment('2027-09-12T00:00Z')],
      ['TenDlcExpirySkipped', moment('2027-09-28T00:00Z')],
      announced('purge-data', moment('2028-08-29T00:00Z'), 30),
      announced('purge-data', moment('2028-08-29T00:00Z'), 7),
      announced('purge-data', moment('2028-08-29T00:00Z'), 1),
      ['PurgeStarted', moment('2028-08-29T00:00Z'), { purgeId: 'acc.2' }],
      ['DataPurged', moment('2028-08-29T00:00Z'), { purgeId: 'acc.2' }],
    ],
  },
  'the old plans are not found in the new life': { given: [...purged, [late, subscribe('messaging-monthly', { as: 'new' })]], when: [late, cancel('messaging')], then: [['refused', 'not_found']] },
});
