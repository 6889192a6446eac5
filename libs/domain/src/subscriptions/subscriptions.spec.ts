// Plans: what may be subscribed to and changed to, and two of them side by side (R4, R9, R17, A5, A7).
import { attempt, cancel, changePlan, subscribe, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { bought, E, losAngeles, start, subscribed } from '../../test/subscriptions.js';

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
