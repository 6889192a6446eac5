// The year after the end: what stops the purge, and only the purge; what is possible after it (R21–R23, R35, A12).
import { applyTenDlc, approveTenDlc, cancel, change, completePurge, erase, hold, lift, open, subscribe, topUp } from '../../../../test/stories/commands.js';
import { announced, examples } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { D30, E, goneSincePurgeStarted, lapsed, late, P, purged, purging, start, started, yearOver } from '../../test/retention.js';

const D14 = moment('2026-05-14T00:00Z');
const releaseTold = [announced('release-numbers', D14, 7), announced('release-numbers', D14, 1)] as const;
const purgeTold = [announced('purge-data', P, 30), announced('purge-data', P, 7), announced('purge-data', P, 1)] as const;

examples('the purge', {
  'does not come a millisecond before P': { given: yearOver, when: [moment(P, -1)], then: purgeTold },
  'begins at P': { given: yearOver, when: [P], then: [...purgeTold, started(P)] },
  'begins late after an outage, and says when it was due': { given: yearOver, when: [late], then: [...purgeTold, started(late)] },
  'comes last, however much is late': {
    given: lapsed,
    when: [late],
    then: [...releaseTold, ['NumberReleaseStarted', D14], ['TenDlcExpirySkipped', D30], ...purgeTold, started(late)],
  },
  'begins once': { given: purging, when: [late], then: [] },
  'is completed with its proof': { given: purging, when: [P, completePurge({ contacts: 3 })], then: [['DataPurged', P, { purgeId: 'acc.1', counts: { contacts: 3 } }]] },
  'is completed once': { given: purged, when: [P, completePurge()], then: [] },
  'that has not begun is not completed': { given: yearOver, when: [D30, completePurge()], then: [] },
  'does not touch a customer who came back a millisecond before': {
    given: [...yearOver, [moment(P, -1), subscribe('messaging-annual', { as: 'again' })]],
    when: [moment('2027-05-28T00:00Z')],
    then: [],
  },
});

examples('a legal hold', {
  'has to be reviewed after it is placed': {
    given: lapsed,
    when: [D14, hold(D14)],
    then: [...releaseTold, ['NumberReleaseStarted', D14], ['refused', 'invalid_request', { errors: [{ pointer: '/reviewAt', message: `must be after ${D14}, the time of the account` }] }]],
  },
  'is placed': { given: lapsed, when: [E, hold(P)], then: [['LegalHoldPlaced', E, { holdId: 'hold', reason: 'case 7', reviewAt: P }]] },
  'stops the purge also when nobody has reviewed it': { given: [...lapsed, [E, hold(moment(E, 1))], [D30]], when: [late], then: [] },
  'stops the purge': { given: [...yearOver, [D30, hold(P)]], when: [late], then: [] },
  'stops nothing else': {
    given: [...lapsed, [E, hold(P)]],
    when: [late],
    then: [...releaseTold, ['NumberReleaseStarted', D14], ['TenDlcExpirySkipped', D30]],
  },
  'lifted late lets the overdue purge go at once': {
    given: [...yearOver, [moment(P, -1), hold(P)], [late, lift()]],
    when: [moment(late, 5), topUp(100)],
    then: [started(moment(late, 5)), ['refused', 'account_purged', { purgedAt: late }]],
  },
  'lifted in time lets the purge come at its time': { given: [...yearOver, [D30, hold(P)], [moment(P, -1), lift()]], when: [P], then: [started(P)] },
  'lifted beside another stops the purge still': { given: [...yearOver, [D30, hold(P), hold(P, 'second'), lift()]], when: [late], then: [] },
  'comes too late exactly at P': { given: yearOver, when: [P, hold(P)], then: [...purgeTold, started(P), goneSincePurgeStarted] },
  'is lifted once': { given: [...lapsed, [E, hold(P), lift()]], when: [E, lift()], then: [['refused', 'not_found']] },
  'that does not exist is not found': { given: lapsed, when: [E, lift()], then: [['refused', 'not_found', { what: 'legal hold' }]] },
});

examples('an early erasure', {
  'is refused while a plan is open': { given: [[start, open(), subscribe('messaging-monthly'), cancel()]], when: [moment(E, -1), erase()], then: [['refused', 'subscription_open']] },
  'gives up the numbers and begins the purge at once': {
    given: lapsed,
    when: [moment(E, 1), erase()],
    then: [started(moment(E, 1), 'gdpr-art-17', moment(E, 1)), ['NumberReleaseStarted', moment(E, 1), { numberIds: ['n0'] }]],
  },
  'gives up the registration too': {
    given: [[start, open(), applyTenDlc(), approveTenDlc]],
    when: [E, erase()],
    then: [started(E, 'gdpr-art-17', E), ['TenDlcExpired', E]],
  },
  'gives up nothing twice': { given: yearOver, when: [moment(D30, 1), erase()], then: [started(moment(D30, 1), 'gdpr-art-17', moment(D30, 1))] },
  'is refused while a hold stands, and tells which': { given: [...lapsed, [E, hold(P)]], when: [D14, erase()], then: [...releaseTold, ['NumberReleaseStarted', D14], ['refused', 'legal_hold', { holdIds: ['hold'] }]] },
  'is possible once the hold is lifted': { given: [...lapsed, [E, hold(P), lift()]], when: [moment(E, 1), erase()], then: [started(moment(E, 1), 'gdpr-art-17', moment(E, 1)), ['NumberReleaseStarted', moment(E, 1)]] },
  'is refused after the purge': { given: purged, when: [late, erase()], then: [['refused', 'account_purged', { purgedAt: P }]] },
  'takes back what was said after the purge': {
    given: [...purged, [late, change({ name: 'Bea' })]],
    when: [late, erase(), completePurge({ contacts: 0 }), erase()],
    then: [
      ['PurgeStarted', late, { purgeId: 'acc.2', basis: 'gdpr-art-17', due: late }], ['DataPurged', late, { purgeId: 'acc.2', counts: { contacts: 0 } }],
      ['refused', 'account_purged', { purgedAt: late }],
    ],
  },
  'is refused once the purge has begun': { given: purging, when: [P, erase()], then: [goneSincePurgeStarted] },
});
