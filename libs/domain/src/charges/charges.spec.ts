// What became of the charge of a plan: each period a debt of its own, collected over failed, in whatever order it is told (A15, A21, R10).
import { cancel, collected, completePurge, failed, markPaid, markPastDue, resume, subscribe, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { E, start, subscribed } from '../../test/subscriptions.js';

const third = moment('2026-05-30T07:00Z');
const P = moment('2027-04-30T07:00Z');
const paid = (periodNumber: number | null) => ['SubscriptionPaid', start, { subscriptionId: 'messaging', periodNumber }] as const;
const twoFailed: readonly Step[] = [...subscribed, [start, failed()], [E, failed('messaging.2')]];

examples('a charge of a plan', {
  'that is collected is known to be': { given: subscribed, when: [start, collected()], then: [['ChargeCollected', start, { chargeId: 'messaging.1', purpose: 'plan', subscriptionId: 'messaging', amount: usd(4900) }]] },
  'that is collected twice is collected once': { given: [...subscribed, [start, collected()]], when: [start, collected()], then: [] },
  'that fails makes the plan past due': {
    given: subscribed,
    when: [start, failed('messaging.1', 'card_declined')],
    then: [
      ['ChargeFailed', start, { chargeId: 'messaging.1', purpose: 'plan', subscriptionId: 'messaging', amount: usd(4900), reason: 'card_declined' }],
      ['SubscriptionPastDue', start, { subscriptionId: 'messaging', owed: usd(4900), periodNumber: 1 }],
    ],
  },
  'that fails twice fails once': { given: [...subscribed, [start, failed()]], when: [start, failed()], then: [] },
  'that fails and is collected after all is paid': { given: [...subscribed, [start, failed()]], when: [start, collected()], then: [['ChargeCollected', start], paid(1)] },
  'that is collected cannot fail any more': { given: [...subscribed, [start, collected()]], when: [start, failed()], then: [] },
  'that is collected after it failed cannot fail again': { given: [...subscribed, [start, failed(), collected()]], when: [start, failed()], then: [] },
  'that nobody asked for is not found': { given: subscribed, when: [start, collected('messaging.2'), failed('nobody')], then: [['refused', 'not_found', { what: 'charge' }], ['refused', 'not_found']] },
  'that fails where the period is known to be unpaid is no second debt': { given: [...subscribed, [start, markPastDue()]], when: [start, failed()], then: [['ChargeFailed', start]] },
  'that is collected pays the debt that was told of the plan': { given: [...subscribed, [start, markPastDue()]], when: [start, collected()], then: [['ChargeCollected', start], paid(1)] },
  'that fails late is a debt of its own period, at its price': {
    given: [...subscribed, [E], [third]],
    when: [third, failed('messaging.2')],
    then: [['ChargeFailed', third], ['SubscriptionPastDue', third, { periodNumber: 2, owed: usd(4900) }]],
  },
  'that fails late says nothing of the current period, and is paid for itself': {
    given: [...subscribed, [E], [third, failed('messaging.2')]],
    when: [third, markPastDue(), collected('messaging.2')],
    then: [['SubscriptionPastDue', third, { periodNumber: 3 }], ['ChargeCollected', third], ['SubscriptionPaid', third, { periodNumber: 2 }]],
  },
});

examples('two periods that were not paid', {
  'are two debts': { given: [...subscribed, [start, failed()]], when: [E, failed('messaging.2')], then: [['SubscriptionRenewed', E], ['CardChargeRequested', E], ['ChargeFailed', E], ['SubscriptionPastDue', E, { periodNumber: 2 }]] },
  'leave one when one is collected': { given: [...twoFailed, [E, collected()]], when: [E, collected(), markPastDue()], then: [] },
  'are paid one by one': {
    given: [...twoFailed, [E, collected()]],
    when: [E, collected('messaging.2'), markPastDue()],
    then: [['ChargeCollected', E], ['SubscriptionPaid', E, { periodNumber: 2 }], ['SubscriptionPastDue', E]],
  },
  'are settled by one word': {
    given: twoFailed,
    when: [E, markPaid()],
    then: [['ChargeCollected', E, { chargeId: 'messaging.1' }], ['ChargeCollected', E, { chargeId: 'messaging.2' }], ['SubscriptionPaid', E, { periodNumber: null }]],
  },
  'that are settled stay so, whatever is told late of their charges': { given: [...twoFailed, [E, markPaid()]], when: [E, failed(), collected(), failed('messaging.2')], then: [] },
});

examples('a charge that was asked for before the cancellation', {
  'and fails after it is a debt, and is not asked for again': {
    given: [...subscribed, [start, cancel()]],
    when: [E, failed()],
    then: [['PeriodEnded', E], ['ChargeFailed', E], ['SubscriptionPastDue', E, { subscriptionId: 'messaging', periodNumber: 1 }]],
  },
  'fails while pending, and nothing is asked for until the end': { given: [...subscribed, [start, cancel(), failed()]], when: [E], then: [['PeriodEnded', E]] },
  'and is collected after the end pays the debt and opens nothing (A21)': { given: [...subscribed, [start, cancel()], [E, failed()]], when: [E, collected()], then: [['ChargeCollected', E], ['SubscriptionPaid', E, { periodNumber: 1 }]] },
  'and fails after the end can be paid by word': { given: [...subscribed, [start, cancel()], [E, failed()]], when: [E, markPaid()], then: [['ChargeCollected', E], ['SubscriptionPaid', E]] },
  'leaves the next one to be asked for once after a resume': { given: [...subscribed, [start, cancel(), failed(), resume()]], when: [E], then: [['SubscriptionRenewed', E], ['CardChargeRequested', E, { chargeId: 'messaging.2' }]] },
  'is gone with the account': { given: [...subscribed, [start, cancel()], [E], [P]], when: [P, collected(), failed()], then: [['refused', 'account_purged'], ['refused', 'account_purged']] },
  'is unknown in the life after': {
    given: [...subscribed, [start, cancel()], [E], [P, completePurge(), subscribe('messaging-monthly', { as: 'again' })]],
    when: [P, collected(), collected('again.1')],
    then: [['refused', 'not_found'], ['ChargeCollected', P, { chargeId: 'again.1' }]],
  },
});
