// Number fees: debited at each boundary up to the end and not after, one for each local date (R15, R16, A8, A9).
import { autoRecharge, buyNumber, cancel, change, open, removeNumber, resume, subscribe, topUp, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { inForceFrom, moment, type Surroundings } from '../../../../test/stories/life.js';
import { asked, cancelled, D14, E, fee, on, short, start, told } from '../../test/numbers.js';

const ended = ['PeriodEnded', E, { lastPlan: true }] as const;

const feesAfterEnd: Surroundings = { policies: [inForceFrom(start, { numberFeesAfterEnd: true })] };

const inLosAngeles: readonly Step[] = [
  [asked, open({ timeZone: 'America/Los_Angeles', numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(1000), buyNumber('n0')],
];

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

const free: readonly Step[] = [[start, open({ numberBillingAnchorDay: 15, numberFee: usd(0) }), subscribe('messaging-annual'), autoRecharge(5000, 2000), buyNumber('n0')]];

examples('a fee of zero', {
  'debits nothing, charges no card, and is not written': { given: free, when: [on('04-20')], then: [] },
  'is none at the end either, and the number is released all the same': { given: [...free, [asked, cancel()]], when: [D14], then: [['PeriodEnded', E], ...told, ['NumberReleaseStarted', D14, { numberIds: ['n0'] }]] },
});
