// Plans: how a period is counted, what renews, what never is charged (R4, R9, R10, R14, R17, R26, A5, A7, A15, A18).
import { attempt, cancel, changePlan, markPaid, markPastDue, open, resume, subscribe, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';

const start = moment('2026-03-30T07:00Z');
const E = moment('2026-04-30T07:00Z');
const losAngeles = open({ timeZone: 'America/Los_Angeles' });
const subscribed: readonly Step[] = [[start, losAngeles, subscribe('messaging-monthly')]];
const trialEnd = moment('2026-04-13T07:00Z');
const trialing: readonly Step[] = [[start, losAngeles, subscribe('messaging-monthly', { trialDays: 14 })]];

const bought = (zone: string, at: string, planId = 'messaging-monthly'): readonly Step[] => [[moment(at), open({ timeZone: zone }), subscribe(planId)]];
const renewedTo = (start: string, end: string) => ['SubscriptionRenewed', moment(start), { period: { start: moment(start), end: moment(end) } }] as const;
const charged = (at: string) => ['CardChargeRequested', moment(at)] as const;

examples('subscribing', {
  'starts a period on the wall clock and asks for its charge': {
    given: [[start, losAngeles]],
    when: [start, subscribe('messaging-monthly')],
    then: [
      ['SubscriptionStarted', start, { planId: 'messaging-monthly', kind: 'messaging', price: usd(4900), anchor: '2026-03-30T00:00:00.000', period: { start, end: E }, trialDays: null, returned: null }],
      ['CardChargeRequested', start, { chargeId: 'messaging.1', amount: usd(4900), period: { start, end: E } }],
    ],
  },
  'to a year ends on the same date': {
    given: [[start, losAngeles]],
    when: [start, subscribe('calling-annual')],
    then: [['SubscriptionStarted', start, { period: { start, end: moment('2027-03-30T07:00Z') } }], ['CardChargeRequested', start, { amount: usd(59_000) }]],
  },
  'to both kinds is possible': { given: subscribed, when: [start, subscribe('calling-monthly')], then: [['SubscriptionStarted', start], ['CardChargeRequested', start]] },
  'to a kind that is open is refused': {
    given: subscribed,
    when: [start, subscribe('messaging-annual', { as: 'second' })],
    then: [['refused', 'already_subscribed', { subscriptionId: 'messaging' }]],
  },
  'to a kind that is pending is refused: resume it': { given: [...subscribed, [start, cancel()]], when: [start, subscribe('messaging-monthly', { as: 'second' })], then: [['refused', 'already_subscribed']] },
  'to an unknown plan is bad input': { given: subscribed, when: [start, subscribe('gold')], then: [['refused', 'invalid_request', { errors: [{ pointer: '/planId' }] }]] },
  'to another kind while the last plan is pending lets auto-recharge run again': {
    given: [...subscribed, [start, cancel()]],
    when: [start, subscribe('calling-monthly')],
    then: [['SubscriptionStarted', start, { returned: null }], ['CardChargeRequested', start], ['AutoRechargeRestored', start]],
  },
});

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

examples('a change of plan', {
  'counts from the next period': { given: subscribed, when: [start, changePlan('messaging-annual')], then: [['PlanChangeScheduled', start, { planId: 'messaging-annual', from: E }]] },
  'is carried out then, and its months are counted from the same anchor': {
    given: [...bought('UTC', '2026-01-31T00:00Z'), [moment('2026-02-01T00:00Z'), changePlan('messaging-annual')]],
    when: [moment('2026-02-28T00:00Z')],
    then: [['SubscriptionRenewed', moment('2026-02-28T00:00Z'), { planId: 'messaging-annual', price: usd(49_000), period: { start: moment('2026-02-28T00:00Z'), end: moment('2027-02-28T00:00Z') } }], ['CardChargeRequested', moment('2026-02-28T00:00Z'), { amount: usd(49_000) }]],
  },
  'to what is agreed already is nothing': { given: [...subscribed, [start, changePlan('messaging-annual')]], when: [start, changePlan('messaging-annual')], then: [] },
  'to the present plan is nothing': { given: subscribed, when: [start, changePlan('messaging-monthly')], then: [] },
  'can be taken back': {
    given: [...subscribed, [start, changePlan('messaging-annual'), changePlan('messaging-monthly')]],
    when: [E],
    then: [['SubscriptionRenewed', E, { planId: 'messaging-monthly' }], ['CardChargeRequested', E, { amount: usd(4900) }]],
  },
  'to another kind is bad input': { given: subscribed, when: [start, changePlan('calling-monthly')], then: [['refused', 'invalid_request']] },
  'to an unknown plan is bad input': { given: subscribed, when: [start, changePlan('gold')], then: [['refused', 'invalid_request']] },
  'of a stranger is not found': { given: subscribed, when: [start, changePlan('calling-annual', 'calling')], then: [['refused', 'not_found']] },
  'after the end is refused': { given: [...subscribed, [start, cancel()]], when: [E, changePlan('messaging-annual')], then: [['PeriodEnded', E], ['refused', 'subscription_ended']] },
});

examples('past due', {
  'records the debt': { given: subscribed, when: [start, markPastDue()], then: [['SubscriptionPastDue', start, { owed: usd(4900) }]] },
  'twice is once': { given: [...subscribed, [start, markPastDue()]], when: [start, markPastDue()], then: [] },
  'is recorded for every period that is not paid': {
    given: [...subscribed, [start, markPastDue()], [E]],
    when: [E, markPastDue(), markPastDue()],
    then: [['SubscriptionPastDue', E, { owed: usd(4900) }]],
  },
  'is not known in a trial, which owes nothing': {
    given: [[start, open(), subscribe('messaging-monthly', { trialDays: 14 })]],
    when: [start, markPastDue()],
    then: [],
  },
  'ends with the payment': { given: [...subscribed, [start, markPastDue()]], when: [start, markPaid()], then: [['SubscriptionPaid', start]] },
  'paid without a debt is nothing': { given: subscribed, when: [start, markPaid()], then: [] },
  'while pending is recorded, and the card is not charged': { given: [...subscribed, [start, cancel()]], when: [start, markPastDue()], then: [['SubscriptionPastDue', start]] },
  'after the end is refused': { given: [...subscribed, [start, cancel()]], when: [E, markPastDue()], then: [['PeriodEnded', E], ['refused', 'subscription_ended']] },
  'is settled by a payment after the end, which opens nothing': { given: [...subscribed, [start, markPastDue(), cancel()], [E]], when: [E, markPaid()], then: [['SubscriptionPaid', E, { subscriptionId: 'messaging' }]] },
  'is settled once': { given: [...subscribed, [start, markPastDue(), cancel()], [E, markPaid()]], when: [E, markPaid()], then: [['refused', 'subscription_ended', { endedAt: E }]] },
  'that does not stand cannot be paid after the end': { given: [...subscribed, [start, cancel()], [E]], when: [E, markPaid()], then: [['refused', 'subscription_ended']] },
  'of a stranger is not found': { given: subscribed, when: [start, markPaid('calling')], then: [['refused', 'not_found']] },
});

const two: readonly Step[] = [[start, losAngeles, subscribe('messaging-monthly'), subscribe('calling-monthly')]];

examples('of two plans', {
  'one ends and the other goes on': {
    given: [...two, [start, cancel()]],
    when: [E],
    then: [
      ['PeriodEnded', E, { subscriptionId: 'messaging', lastPlan: false }],
      ['SubscriptionRenewed', E, { subscriptionId: 'calling' }],
      ['CardChargeRequested', E, { subscriptionId: 'calling' }],
    ],
  },
  'both end at the same instant, and only the second is the last': {
    given: [...two, [start, cancel(), cancel('calling')]],
    when: [E],
    then: [
      ['PeriodEnded', E, { subscriptionId: 'messaging', lastPlan: false }],
      ['PeriodEnded', E, { subscriptionId: 'calling', lastPlan: true }],
    ],
  },
  'the attempt on one says nothing of the other': { given: [...two, [start, attempt()]], when: [start, cancel('calling')], then: [['CancellationRequested', start, { subscriptionId: 'calling' }]] },
});
