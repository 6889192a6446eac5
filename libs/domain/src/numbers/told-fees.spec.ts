// Number fees that were told with a cancellation come when they were told (R33).
import { buyNumber, cancel, change, open, resume, subscribe, topUp } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';

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
