// Periods and trials: counted on the wall clock, renewed at their end, charged once (R4, R14, R26, A18).
import { cancel, changePlan, markPastDue, resume, subscribe, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { bought, E, losAngeles, start, subscribed } from '../../test/subscriptions.js';

const trialEnd = moment('2026-04-13T07:00Z');
const trialing: readonly Step[] = [[start, losAngeles, subscribe('messaging-monthly', { trialDays: 14 })]];
const renewedTo = (start: string, end: string) => ['SubscriptionRenewed', moment(start), { period: { start: moment(start), end: moment(end) } }] as const;
const charged = (at: string) => ['CardChargeRequested', moment(at)] as const;

examples('a period', {
  'anchored on day 31 ends on the last day of short months and never drifts': {
    given: bought('UTC', '2027-10-31T10:00Z'),
    when: [moment('2028-04-30T10:00Z')],
    then: [
      renewedTo('2027-11-30T10:00Z', '2027-12-31T10:00Z'), charged('2027-11-30T10:00Z'),
      renewedTo('2027-12-31T10:00Z', '2028-01-31T10:00Z'), charged('2027-12-31T10:00Z'),
      renewedTo('2028-01-31T10:00Z', '2028-02-29T10:00Z'), charged('2028-01-31T10:00Z'),
      renewedTo('2028-02-29T10:00Z', '2028-03-31T10:00Z'), charged('2028-02-29T10:00Z'),
      renewedTo('2028-03-31T10:00Z', '2028-04-30T10:00Z'), charged('2028-03-31T10:00Z'),
      renewedTo('2028-04-30T10:00Z', '2028-05-31T10:00Z'), charged('2028-04-30T10:00Z'),
    ],
  },
  'of a year from Feb 29 ends on Feb 28, and on Feb 29 four years later': {
    given: bought('UTC', '2028-02-29T00:00Z', 'messaging-annual'),
    when: [moment('2031-02-28T00:00Z')],
    then: [
      renewedTo('2029-02-28T00:00Z', '2030-02-28T00:00Z'), charged('2029-02-28T00:00Z'),
      renewedTo('2030-02-28T00:00Z', '2031-02-28T00:00Z'), charged('2030-02-28T00:00Z'),
      renewedTo('2031-02-28T00:00Z', '2032-02-29T00:00Z'), charged('2031-02-28T00:00Z'),
    ],
  },
  'keeps its local time over the change of the clocks': {
    given: bought('America/Los_Angeles', '2026-02-15T08:00Z'),
    when: [moment('2026-03-15T07:00Z')],
    then: [renewedTo('2026-03-15T07:00Z', '2026-04-15T07:00Z'), charged('2026-03-15T07:00Z')],
  },
  'that would end at a skipped local time ends later': {
    given: bought('America/Los_Angeles', '2026-02-08T10:30Z'),
    when: [moment('2026-03-08T10:30Z')],
    then: [renewedTo('2026-03-08T10:30Z', '2026-04-08T09:30Z'), charged('2026-03-08T10:30Z')],
  },
  'that would end at a repeated local time ends at the second': {
    given: bought('Australia/Lord_Howe', '2026-03-04T14:45Z'),
    when: [moment('2026-04-04T15:14:59.999Z')],
    then: [],
  },
  'that does end at a repeated local time': {
    given: bought('Australia/Lord_Howe', '2026-03-04T14:45Z'),
    when: [moment('2026-04-04T15:15Z')],
    then: [renewedTo('2026-04-04T15:15Z', '2026-05-04T15:15Z'), charged('2026-04-04T15:15Z')],
  },
  'that would end on the day Apia skipped ends a day later': {
    given: bought('Pacific/Apia', '2011-11-30T20:00Z'),
    when: [moment('2011-12-30T20:00Z')],
    then: [renewedTo('2011-12-30T20:00Z', '2012-01-29T20:00Z'), charged('2011-12-30T20:00Z')],
  },
  'does not renew a millisecond early': { given: subscribed, when: [moment(E, -1)], then: [] },
  'renews at its end, and is charged for once': {
    given: subscribed,
    when: [E],
    then: [
      ['SubscriptionRenewed', E, { periodNumber: 2, period: { start: E, end: moment('2026-05-30T07:00Z') } }],
      ['CardChargeRequested', E, { chargeId: 'messaging.2', amount: usd(4900) }],
    ],
  },
  'that is past due still renews': {
    given: [...subscribed, [start, markPastDue()]],
    when: [E],
    then: [['SubscriptionRenewed', E], ['CardChargeRequested', E]],
  },
  'ends, and is not charged for again, when it is cancelled; no refund, no proration': {
    given: [...subscribed, [moment('2026-04-01T00:00Z'), cancel()]],
    when: [E],
    then: [['PeriodEnded', E, { subscriptionId: 'messaging', planId: 'messaging-monthly', lastPlan: true }]],
  },
});

examples('a trial', {
  'is counted on the wall clock and charges nothing': {
    given: [[moment('2026-03-01T08:00Z'), losAngeles]],
    when: [moment('2026-03-01T08:00Z'), subscribe('messaging-monthly', { trialDays: 14 })],
    then: [['SubscriptionStarted', moment('2026-03-01T08:00Z'), { trialDays: 14, anchor: '2026-03-15T00:00:00.000', period: { start: moment('2026-03-01T08:00Z'), end: moment('2026-03-15T07:00Z') } }]],
  },
  'makes its end the anchor': {
    given: trialing,
    when: [moment('2026-05-13T07:00Z')],
    then: [
      ['SubscriptionRenewed', trialEnd, { periodNumber: 2, monthsFromAnchor: 1, period: { start: trialEnd, end: moment('2026-05-13T07:00Z') } }],
      ['CardChargeRequested', trialEnd, { chargeId: 'messaging.2' }],
      ['SubscriptionRenewed', moment('2026-05-13T07:00Z'), { period: { start: moment('2026-05-13T07:00Z'), end: moment('2026-06-13T07:00Z') } }],
      ['CardChargeRequested', moment('2026-05-13T07:00Z')],
    ],
  },
  'cancelled while it runs ends without a first charge': {
    given: [...trialing, [start, cancel()]],
    when: [moment('2026-05-12T07:00Z')],
    then: [
      ['PeriodEnded', trialEnd, { lastPlan: true }],
      ['NumberReleaseStarted', moment('2026-04-27T07:00Z')],
      ['NumbersReleased', moment('2026-04-27T07:00Z')],
    ],
  },
  'cancelled and resumed is charged at its end': {
    given: [...trialing, [start, cancel()], [moment(trialEnd, -1), resume()]],
    when: [trialEnd],
    then: [['SubscriptionRenewed', trialEnd], ['CardChargeRequested', trialEnd]],
  },
  'takes a change of plan to the first paid period': {
    given: [...trialing, [start, changePlan('messaging-annual')]],
    when: [trialEnd],
    then: [['SubscriptionRenewed', trialEnd, { planId: 'messaging-annual', period: { start: trialEnd, end: moment('2027-04-13T07:00Z') } }], ['CardChargeRequested', trialEnd, { amount: usd(49_000) }]],
  },
});
