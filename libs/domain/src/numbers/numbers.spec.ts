// Phone numbers: bought, removed and given back before the end, released at D14 (R18, A19, A20).
import { abandoned, blocked, buyNumber, cancel, open, removeNumber, retried, settled, subscribe } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { asked, cancelled, D14, E, fee, on, start, told } from '../../test/numbers.js';

const lapsed: readonly Step[] = [...cancelled(10_000, 2), [E]];

examples('a number', {
  'is bought once': { given: cancelled(0, 1), when: [asked, buyNumber('n0')], then: [['refused', 'number_exists']] },
  'can be bought again after it was removed': { given: [...cancelled(0, 1), [asked, removeNumber('n0')]], when: [asked, buyNumber('n0')], then: [['NumberPurchased', asked]] },
  'cannot be bought before the first plan, which would neither bill nor release it (A20)': { given: [[start, open()]], when: [asked, buyNumber('n0')], then: [['refused', 'no_open_plan']] },
  'cannot be bought after the end': { given: lapsed, when: [E, buyNumber('n9')], then: [['refused', 'no_open_plan']] },
  'can be removed while pending': { given: cancelled(0, 1), when: [asked, removeNumber('n0')], then: [['NumberRemoved', asked, { numberId: 'n0' }]] },
  'is removed once': { given: [...cancelled(0, 1), [asked, removeNumber('n0')]], when: [asked, removeNumber('n0')], then: [['refused', 'not_found']] },
  'that is not there is not found': { given: cancelled(0, 1), when: [asked, removeNumber('n9')], then: [['refused', 'not_found']] },
  'that was released cannot be removed': { given: [...lapsed, [D14, settled('n0')]], when: [D14, removeNumber('n0')], then: [['refused', 'number_not_removable', { numberStatus: 'released' }]] },
  'that is being released cannot be removed': { given: [...lapsed, [D14]], when: [D14, removeNumber('n0')], then: [['refused', 'number_not_removable', { numberStatus: 'releasing' }]] },
  'whose release is blocked cannot be removed': { given: [...lapsed, [D14, blocked('n0')]], when: [D14, removeNumber('n0')], then: [['refused', 'number_not_removable', { numberStatus: 'blocked' }]] },
});

/** Two numbers, the first of them removed on Jan 12. */
const removedOn = on('01-12');
const later = on('01-13');
const removed: readonly Step[] = [...cancelled(10_000, 2), [removedOn, removeNumber('n0')]];

examples('a number that was removed', {
  'is given back, and told like a release; the other one stays': {
    given: removed,
    when: [later, settled('n0')],
    then: [['NumberReleased', later, { numberId: 'n0', outcome: 'released', reason: null }]],
  },
  'is given back once': { given: [...removed, [later, settled('n0')]], when: [later, settled('n0'), blocked('n0'), retried('n0'), abandoned('n0')], then: [] },
  'may be blocked by the carrier, asked for again, and given back': {
    given: [...removed, [removedOn, blocked('n0')]],
    when: [later, blocked('n0'), retried('n0', 'unlocked'), settled('n0', 'already-gone')],
    then: [['NumberReleaseRetried', later, { numberId: 'n0' }], ['NumberReleased', later, { numberId: 'n0', outcome: 'already-gone' }]],
  },
  'is not given back where it is in use again': { given: removed, when: [later, abandoned('n0'), abandoned('n0'), settled('n0')], then: [['NumberNotGivenBack', later, { numberId: 'n0' }]] },
  'nor while the carrier has said no': { given: [...removed, [removedOn, blocked('n0')]], when: [later, abandoned('n0')], then: [['NumberNotGivenBack', later]] },
  'does not stand there again for who comes back, and is not billed': {
    given: [...removed, [removedOn, blocked('n0')], [E], [on('05-10'), subscribe('messaging-monthly', { as: 'again' })]],
    when: [on('05-15')],
    then: [fee('05-15', 1, 200)],
  },
  'does not keep the release of the others from being settled': {
    given: [...removed, [E], [D14]],
    when: [D14, settled('n1'), settled('n0')],
    then: [['NumberReleased', D14, { numberId: 'n1' }], ['NumbersReleased', D14, { released: 1, left: 0 }], ['NumberReleased', D14, { numberId: 'n0' }]],
  },
  'is nobody\'s to give back if it was ported in or verified': {
    given: [...cancelled(0, 1), [asked, buyNumber('n1', 'ported'), buyNumber('n2', 'verified')], [asked, removeNumber('n1'), removeNumber('n2')]],
    when: [later, settled('n1'), blocked('n2'), abandoned('n1')],
    then: [],
  },
  'and was active is not abandoned by any answer': { given: cancelled(0, 1), when: [asked, abandoned('n0')], then: [] },
});

examples('the release', {
  'does not come a millisecond before D14': { given: lapsed, when: [moment(D14, -1)], then: told },
  'comes at D14, each number for itself, and is told when all are settled': {
    given: lapsed,
    when: [D14, settled('n0'), settled('n1')],
    then: [
      ...told,
      ['NumberReleaseStarted', D14, { numberIds: ['n0', 'n1'], leftIds: [] }],
      ['NumberReleased', D14, { numberId: 'n0', outcome: 'released', reason: null }],
      ['NumberReleased', D14, { numberId: 'n1', outcome: 'released', reason: null }],
      ['NumbersReleased', D14, { released: 2, left: 0 }],
    ],
  },
  'leaves ported and verified numbers alone, and names them': {
    given: [[start, open(), subscribe('messaging-annual'), buyNumber('n0'), buyNumber('n1', 'ported'), buyNumber('n2', 'verified'), cancel()], [E]],
    when: [D14, settled('n0'), settled('n1'), settled('n2')],
    then: [...told, ['NumberReleaseStarted', D14, { numberIds: ['n0'], leftIds: ['n1', 'n2'] }], ['NumberReleased', D14, { numberId: 'n0' }], ['NumbersReleased', D14, { released: 1, left: 2 }]],
  },
  'counts from D14 however late the worker is': {
    given: lapsed,
    when: [on('05-20'), settled('n0'), settled('n1')],
    then: [...told, ['NumberReleaseStarted', D14], ['NumberReleased', on('05-20')], ['NumberReleased', on('05-20')], ['NumbersReleased', on('05-20')]],
  },
  'does not touch a number that was removed': { given: [...lapsed, [E, removeNumber('n0'), settled('n0')]], when: [D14, settled('n0'), settled('n1')], then: [...told, ['NumberReleaseStarted', D14, { numberIds: ['n1'] }], ['NumberReleased', D14, { numberId: 'n1' }], ['NumbersReleased', D14, { released: 1 }]] },
  'of no number at all is settled at once': { given: [...cancelled(0, 0), [E]], when: [D14], then: [['NumberReleaseStarted', D14, { numberIds: [] }], ['NumbersReleased', D14, { released: 0, left: 0 }]] },
  'does not touch a customer who came back a millisecond before': {
    given: [...lapsed, [moment(D14, -1), subscribe('messaging-annual', { as: 'again' })]],
    when: [moment('2026-05-15T00:00Z')],
    then: [fee('05-15', 2, 400)],
  },
});
