// Phone numbers: billed at each boundary up to the end and not after, removable before, released at D14 (R15, R16, R18, A8, A9).
import { abandoned, autoRecharge, blocked, buyNumber, cancel, change, open, removeNumber, resume, retried, settled, subscribe, topUp, usd } from '../../../../test/stories/commands.js';
import { announced, examples, type Expected, type Step } from '../../../../test/stories/examples.js';
import { moment, type Surroundings } from '../../../../test/stories/life.js';
import { policyInForce } from '../policy.js';

const start = moment('2025-04-30T00:00Z');
const asked = moment('2026-01-10T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');
const on = (day: string) => moment(`2026-${day}T00:00Z`);
const fee = (at: string, count: number, amount: number) => ['NumberFeesCharged', on(at), { count, rate: usd(200), amount: usd(amount) }] as const;
const short = (at: string, amount: number) => ['NumberFeesFellShort', on(at), { amount: usd(amount) }] as const;
/** Told beforehand, twice. */
const told = [announced('release-numbers', D14, 7), announced('release-numbers', D14, 1)] as const;
const ended = ['PeriodEnded', E, { lastPlan: true }] as const;

/** An annual plan to Apr 30 and `count` numbers, cancelled on Jan 10. */
const cancelled = (wallet: number, count = 4, day = 15): readonly Step[] => [
  [start, open({ numberBillingAnchorDay: day }), subscribe('messaging-annual')],
  [asked, ...(wallet > 0 ? [topUp(wallet)] : []), ...Array.from({ length: count }, (_, index) => buyNumber(`n${index}`)), cancel()],
];

const feesAfterEnd: Surroundings = { policies: [{ ...policyInForce(start), from: start, numberFeesAfterEnd: true }] };

const inLosAngeles: readonly Step[] = [
  [asked, open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(1000), buyNumber('n0')],
];

/** A monthly plan of the far west to Apr 30, billed on the first of the month, and cancelled: one fee is told, for Apr 1. */
const told1st: readonly Step[] = [
  [moment('2026-03-30T20:00Z'), open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 1 }), subscribe('messaging-monthly'), topUp(1000), buyNumber('n0'), cancel()],
];
const charged = (at: string) => ['NumberFeesCharged', moment(at)] as const;

examples('number fees that were told with a cancellation', {
  'stay where they are when the account moves: none nearer, none added': {
    given: [...told1st, [moment('2026-03-31T00:00Z'), change({ timeZone: 'Asia/Tokyo' })]],
    when: [moment('2026-04-30T20:00Z')],
    then: [charged('2026-04-01T07:00Z'), ['PeriodEnded', moment('2026-04-30T20:00Z')]],
  },
  'are not evaded by moving over the billing day': {
    given: [...told1st, [moment('2026-03-31T11:00Z'), change({ timeZone: 'Pacific/Kiritimati' })], [moment('2026-04-01T06:00Z'), change({ timeZone: 'America/Los_Angeles' })]],
    when: [moment('2026-04-30T20:00Z')],
    then: [charged('2026-04-01T07:00Z'), ['PeriodEnded', moment('2026-04-30T20:00Z')]],
  },
  'follow the account once the cancellation is taken back': {
    given: [...told1st, [moment('2026-03-31T00:00Z'), change({ timeZone: 'Asia/Tokyo' })], [moment('2026-04-02T00:00Z'), resume()]],
    when: [moment('2026-04-30T15:00Z')],
    then: [charged('2026-04-30T15:00Z')],
  },
  'come when they were told also if they are taken back where that day has begun': {
    given: [...told1st, [moment('2026-03-31T00:00Z'), change({ timeZone: 'Asia/Tokyo' })], [moment('2026-03-31T20:00Z'), resume()]],
    when: [moment('2026-04-30T15:00Z')],
    then: [charged('2026-04-01T07:00Z'), charged('2026-04-30T15:00Z')],
  },
  'follow the account when another plan is bought meanwhile, and stand when that is cancelled too': {
    given: [
      ...told1st,
      [moment('2026-04-02T00:00Z'), change({ timeZone: 'Asia/Tokyo' }), subscribe('calling-annual'), cancel('calling')],
      [moment('2026-04-03T00:00Z'), change({ timeZone: 'America/Los_Angeles' })],
    ],
    when: [moment('2026-05-31T15:00Z')],
    then: [charged('2026-04-30T15:00Z'), ['PeriodEnded', moment('2026-04-30T20:00Z')], charged('2026-05-31T15:00Z')],
  },
});

examples('number fees', {
  'are debited at every boundary up to the end': {
    given: cancelled(10_000),
    when: [E],
    then: [fee('01-15', 4, 800), fee('02-15', 4, 800), fee('03-15', 4, 800), fee('04-15', 4, 800), ended],
  },
  'are less once numbers are removed before the boundary': {
    given: [...cancelled(10_000), [on('02-14'), removeNumber('n0'), removeNumber('n1'), removeNumber('n2')]],
    when: [E],
    then: [fee('02-15', 1, 200), fee('03-15', 1, 200), fee('04-15', 1, 200), ended],
  },
  'are not avoided by removing a number at the boundary itself': {
    given: cancelled(10_000, 1),
    when: [on('01-15'), removeNumber('n0')],
    then: [fee('01-15', 1, 200), ['NumberRemoved', on('01-15'), { numberId: 'n0' }]],
  },
  'are avoided by removing it a millisecond before': {
    given: cancelled(10_000, 1),
    when: [moment(on('01-15'), -1), removeNumber('n0')],
    then: [['NumberRemoved', moment(on('01-15'), -1)]],
  },
  'take what is there and say what is missing': {
    given: cancelled(500),
    when: [on('02-15')],
    then: [fee('01-15', 4, 500), short('01-15', 300), fee('02-15', 4, 0), short('02-15', 800)],
  },
  'are due once more exactly at the end, before the plan ends': { given: cancelled(10_000, 1, 30), when: [E], then: [fee('01-30', 1, 200), fee('02-28', 1, 200), fee('03-30', 1, 200), fee('04-30', 1, 200), ended] },
  'are not due a day after the end': {
    given: [...cancelled(10_000, 1, 1), [E]],
    when: [D14],
    then: [...told, ['NumberReleaseStarted', D14, { numberIds: ['n0'] }]],
  },
  'are due until the release where the policy says so': {
    given: [...cancelled(10_000, 1, 1), [E]],
    when: [D14],
    then: [fee('05-01', 1, 200), ...told, ['NumberReleaseStarted', D14]],
    under: feesAfterEnd,
  },
  'are due once more exactly at the release where the policy says so': {
    given: [...cancelled(10_000, 1, 14), [E]],
    when: [D14],
    then: [...told, fee('05-14', 1, 200), ['NumberReleaseStarted', D14]],
    under: feesAfterEnd,
  },
  'do not fall due without a number': { given: cancelled(10_000, 0), when: [E], then: [ended] },
  'go on after a resume': { given: [...cancelled(10_000, 1), [on('01-20'), resume()]], when: [on('02-15')], then: [fee('02-15', 1, 200)] },
  'default to the local day of the first start': {
    given: [[moment('2026-03-31T02:00Z'), open({ timeZone: 'America/Los_Angeles' }), subscribe('messaging-monthly'), buyNumber('n0'), topUp(1000)]],
    when: [moment('2026-04-30T07:00Z')],
    then: [['NumberFeesCharged', moment('2026-04-30T07:00Z'), { count: 1 }]],
  },
  'come on the last day of short months': {
    given: [[moment('2026-01-31T12:00Z'), open(), subscribe('messaging-annual'), buyNumber('n0'), topUp(1000)]],
    when: [on('03-31')],
    then: [fee('02-28', 1, 200), fee('03-31', 1, 200)],
  },
  'begin with the boundary after the number was bought': {
    given: [[start, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(1000)], [on('01-15'), buyNumber('n0')]],
    when: [on('02-15')],
    then: [fee('02-15', 1, 200)],
  },
  'are not asked for the time without a plan after a return': {
    given: [...cancelled(10_000, 1, 1), [on('05-10'), subscribe('messaging-monthly', { as: 'again' })]],
    when: [on('06-01')],
    then: [fee('06-01', 1, 200)],
  },
  'are asked for ported numbers, not for verified caller ids': {
    given: [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(1000), buyNumber('n0'), buyNumber('n1', 'ported'), buyNumber('n2', 'verified')]],
    when: [on('01-15')],
    then: [fee('01-15', 2, 400)],
  },
  'bill a date once, also when the account moves to a zone where it comes again': {
    given: [
      [asked, open({ timeZone: 'Pacific/Auckland', numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(1000), buyNumber('n0')],
      [moment('2026-01-14T11:00Z'), change({ timeZone: 'America/Los_Angeles' })],
    ],
    when: [moment('2026-02-15T08:00Z')],
    then: [['NumberFeesCharged', moment('2026-02-15T08:00Z')]],
  },
  'of a day that has begun already where the account moves to come when they would have come, neither in the past nor never': {
    given: [...inLosAngeles, [moment('2026-01-14T20:00Z'), change({ timeZone: 'Pacific/Auckland' })]],
    when: [moment('2026-02-14T11:00Z')],
    then: [['NumberFeesCharged', moment('2026-01-15T08:00Z')], ['NumberFeesCharged', moment('2026-02-14T11:00Z')]],
  },
  'are not asked for a day that began before the account came to where it did': {
    given: [
      [moment('2026-01-14T20:00Z'), open({ timeZone: 'Pacific/Auckland', numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(1000), buyNumber('n0')],
      [moment('2026-01-15T09:00Z'), change({ timeZone: 'America/Los_Angeles' })],
    ],
    when: [moment('2026-02-15T08:00Z')],
    then: [['NumberFeesCharged', moment('2026-02-15T08:00Z')]],
  },
  'are billed once on the way over the date line and back': {
    given: [...inLosAngeles, [moment('2026-01-14T11:00Z'), change({ timeZone: 'Pacific/Kiritimati' })], [moment('2026-01-15T07:00Z'), change({ timeZone: 'Pacific/Pago_Pago' })]],
    when: [moment('2026-02-15T11:00Z')],
    then: [['NumberFeesCharged', moment('2026-01-15T11:00Z')], ['NumberFeesCharged', moment('2026-02-15T11:00Z')]],
  },
  'of a day that a move skipped are not asked for once the numbers are gone': {
    given: [...inLosAngeles, [moment('2026-01-14T20:00Z'), change({ timeZone: 'Pacific/Auckland' }), removeNumber('n0')], [moment('2026-01-15T09:00Z'), buyNumber('n1')]],
    when: [moment('2026-02-14T11:00Z')],
    then: [['NumberFeesCharged', moment('2026-02-14T11:00Z')]],
  },
  'fall on the local midnight that the clocks skip an hour later': {
    given: [[moment('2026-03-01T12:00Z'), open({ timeZone: 'Asia/Beirut', numberBillingAnchorDay: 29 }), subscribe('messaging-annual'), buyNumber('n0'), topUp(1000)]],
    when: [moment('2026-03-28T22:00Z')],
    then: [['NumberFeesCharged', moment('2026-03-28T22:00Z')]],
  },
});

const low: readonly Step[] = [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(500), autoRecharge(400, 2000), buyNumber('n0')]];
const filled = (at: string): Expected => ['WalletRecharged', on(at), { chargeId: `acc.recharge.${on(at)}`, amount: usd(2000) }];

const free: readonly Step[] = [[start, open({ numberBillingAnchorDay: 15, numberFee: usd(0) }), subscribe('messaging-annual'), autoRecharge(5000, 2000), buyNumber('n0')]];

examples('a fee of zero', {
  'debits nothing, charges no card, and is not written': { given: free, when: [on('04-20')], then: [] },
  'is none at the end either, and the number is released all the same': { given: [...free, [asked, cancel()]], when: [D14], then: [['PeriodEnded', E], ...told, ['NumberReleaseStarted', D14, { numberIds: ['n0'] }]] },
});

examples('auto-recharge', {
  'fills the wallet before a fee would bring it below the threshold': { given: low, when: [on('01-15')], then: [filled('01-15'), fee('01-15', 1, 200)] },
  'leaves a wallet that stays at the threshold': {
    given: [...low, [asked, topUp(100)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 200)],
  },
  'rests while the last plan is pending': { given: [...low, [asked, cancel()]], when: [on('02-15')], then: [fee('01-15', 1, 200), fee('02-15', 1, 200)] },
  'rests also when the wallet is empty': { given: [...low, [asked, cancel()]], when: [on('04-15')], then: [fee('01-15', 1, 200), fee('02-15', 1, 200), fee('03-15', 1, 100), short('03-15', 100), fee('04-15', 1, 0), short('04-15', 200)] },
  'works again after a resume': { given: [...low, [asked, cancel(), resume()]], when: [on('01-15')], then: [filled('01-15'), fee('01-15', 1, 200)] },
  'goes on while another plan does': {
    given: [...low, [asked, subscribe('calling-annual'), cancel()]],
    when: [on('01-15')],
    then: [filled('01-15'), fee('01-15', 1, 200)],
  },
  'rests when it is configured while pending': {
    given: [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), buyNumber('n0'), cancel(), autoRecharge(400, 2000)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 0), short('01-15', 200)],
  },
  'filled at a boundary before the request was written is rightly there': { given: low, when: [on('01-16'), cancel()], then: [filled('01-15'), fee('01-15', 1, 200), ['CancellationRequested', on('01-16')], ['AutoRechargeSuspended', on('01-16')]] },
});

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
