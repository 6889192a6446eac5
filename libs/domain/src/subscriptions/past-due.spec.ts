// A debt: recorded for each period that is not paid, and settled by a payment (A15).
import { cancel, markPaid, markPastDue, open, subscribe, usd } from '../../../../test/stories/commands.js';
import { examples } from '../../../../test/stories/examples.js';
import { E, start, subscribed } from '../../test/subscriptions.js';

examples('past due', {
  'records the debt': { given: subscribed, when: [start, markPastDue()], then: [['SubscriptionPastDue', start, { owed: usd(4900), periodNumber: 1 }]] },
  'twice is once': { given: [...subscribed, [start, markPastDue()]], when: [start, markPastDue()], then: [] },
  'is recorded for every period that is not paid': {
    given: [...subscribed, [start, markPastDue()], [E]],
    when: [E, markPastDue(), markPastDue()],
    then: [['SubscriptionPastDue', E, { owed: usd(4900), periodNumber: 2 }]],
  },
  'is not known in a trial, which owes nothing': {
    given: [[start, open(), subscribe('messaging-monthly', { trialDays: 14 })]],
    when: [start, markPastDue()],
    then: [],
  },
  'ends with the payment': { given: [...subscribed, [start, markPastDue()]], when: [start, markPaid()], then: [['ChargeCollected', start, { chargeId: 'messaging.1' }], ['SubscriptionPaid', start, { periodNumber: null }]] },
  'paid without a debt is nothing': { given: subscribed, when: [start, markPaid()], then: [] },
  'while pending is recorded, and the card is not charged': { given: [...subscribed, [start, cancel()]], when: [start, markPastDue()], then: [['SubscriptionPastDue', start]] },
  'after the end is refused': { given: [...subscribed, [start, cancel()]], when: [E, markPastDue()], then: [['PeriodEnded', E], ['refused', 'subscription_ended']] },
  'is settled by a payment after the end, which opens nothing': { given: [...subscribed, [start, markPastDue(), cancel()], [E]], when: [E, markPaid()], then: [['ChargeCollected', E, { chargeId: 'messaging.1' }], ['SubscriptionPaid', E, { subscriptionId: 'messaging' }]] },
  'is settled once': { given: [...subscribed, [start, markPastDue(), cancel()], [E, markPaid()]], when: [E, markPaid()], then: [['refused', 'subscription_ended', { endedAt: E }]] },
  'that does not stand cannot be paid after the end': { given: [...subscribed, [start, cancel()], [E]], when: [E, markPaid()], then: [['refused', 'subscription_ended']] },
  'of a stranger is not found': { given: subscribed, when: [start, markPaid('calling')], then: [['refused', 'not_found']] },
});
