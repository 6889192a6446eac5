// The wallet: what fills it, when the card rests, what is credited at the end (R10, R24, R25, A10, A11).
import { autoRecharge, cancel, collected, failed, open, requestTopUp, resume, subscribe, topUp, usd } from '../../../../test/stories/commands.js';
import { examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const eur = { amount: 500, currency: 'EUR' };
const opened: readonly Step[] = [[start, open()]];
const subscribed: readonly Step[] = [...opened, [start, subscribe('messaging-monthly')]];
const two: readonly Step[] = [...subscribed, [start, subscribe('calling-monthly')]];

/** Ten SMS at $0.02 and two RVM at $0.15. */
const unsent = { messaging: { sms: { count: 10, amount: 20 }, rvm: { count: 2, amount: 30 } } };

examples('a top-up', {
  'fills the wallet': { given: opened, when: [start, topUp(500)], then: [['WalletToppedUp', start, { amount: usd(500) }]] },
  'in another currency is bad input': { given: opened, when: [start, { ...topUp(500), amount: eur }], then: [['refused', 'invalid_request', { errors: [{ pointer: '/amount/currency' }] }]] },
  'up to the limit is taken': { given: opened, when: [start, topUp(1_000_000_000_000)], then: [['WalletToppedUp', start]] },
  'beyond the limit is bad input': { given: [...opened, [start, topUp(1)]], when: [start, topUp(1_000_000_000_000)], then: [['refused', 'invalid_request', { errors: [{ pointer: '/amount/amount' }] }]] },
  'after the end is taken: the balance stays': { given: [...subscribed, [start, cancel()], [E]], when: [E, topUp(500)], then: [['WalletToppedUp', E]] },
});

examples('a top-up that is asked of the card', {
  'is a charge, and moves nothing': { given: subscribed, when: [start, requestTopUp(500)], then: [['CardChargeRequested', start, { chargeId: 'top-up', purpose: 'top-up', amount: usd(500) }]] },
  'is in the wallet once it is collected, and once': {
    given: [...subscribed, [start, requestTopUp(500)]],
    when: [E, collected('top-up'), collected('top-up')],
    then: [['SubscriptionRenewed', E], ['CardChargeRequested', E], ['ChargeCollected', E, { chargeId: 'top-up', purpose: 'top-up' }], ['WalletToppedUp', E, { topUpId: 'top-up', amount: usd(500) }]],
  },
  'is in the wallet although it was told to have failed, and no later word takes it out': {
    given: [...subscribed, [start, requestTopUp(500), failed('top-up')]],
    when: [start, collected('top-up'), failed('top-up')],
    then: [['ChargeCollected', start], ['WalletToppedUp', start]],
  },
  'is taken before the first plan': { given: opened, when: [start, requestTopUp(500)], then: [['CardChargeRequested', start]] },
  'is taken while another plan goes on': { given: [...two, [start, cancel()]], when: [start, requestTopUp(500)], then: [['CardChargeRequested', start]] },
  'is refused once every plan is pending': { given: [...subscribed, [start, cancel()]], when: [start, requestTopUp(500)], then: [['refused', 'auto_recharge_suspended']] },
  'is refused after the end': { given: [...subscribed, [start, cancel()], [E]], when: [E, requestTopUp(500)], then: [['refused', 'auto_recharge_suspended']] },
  'is taken again after a resume': { given: [...subscribed, [start, cancel(), resume()]], when: [start, requestTopUp(500)], then: [['CardChargeRequested', start]] },
  'asked for before the request is collected after the end': {
    given: [...subscribed, [start, requestTopUp(500), cancel()], [E]],
    when: [E, collected('top-up')],
    then: [['ChargeCollected', E], ['WalletToppedUp', E]],
  },
  'in another currency is bad input': { given: subscribed, when: [start, { ...requestTopUp(500), amount: eur }], then: [['refused', 'invalid_request', { errors: [{ pointer: '/amount/currency' }] }]] },
  'beyond the limit, with what may still come, is bad input': {
    given: [...subscribed, [start, requestTopUp(999_999_999_999, 'most')]],
    when: [start, requestTopUp(1), requestTopUp(1, 'more'), topUp(1)],
    then: [['CardChargeRequested', start], ['refused', 'invalid_request', { errors: [{ pointer: '/amount/amount' }] }], ['refused', 'invalid_request', { errors: [{ pointer: '/amount/amount' }] }]],
  },
  'is refused while twenty wait, and taken once something is known of one': {
    given: [...subscribed, [start, ...Array.from({ length: 20 }, (_, index) => requestTopUp(1, `top-up-${index}`))]],
    when: [start, requestTopUp(1, 'one more'), failed('top-up-0'), requestTopUp(1, 'one more')],
    then: [['refused', 'too_many_open_charges'], ['ChargeFailed', start], ['CardChargeRequested', start]],
  },
});

examples('auto-recharge', {
  'is configured': { given: opened, when: [start, autoRecharge(100, 1000)], then: [['AutoRechargeConfigured', start, { enabled: true, threshold: usd(100), amount: usd(1000) }]] },
  'has a threshold in the currency of the account': { given: opened, when: [start, { ...autoRecharge(1, 1), threshold: eur }], then: [['refused', 'invalid_request', { errors: [{ pointer: '/threshold/currency' }] }]] },
  'has an amount in the currency of the account': { given: opened, when: [start, { ...autoRecharge(1, 1), amount: eur }], then: [['refused', 'invalid_request', { errors: [{ pointer: '/amount/currency' }] }]] },
  'rests once the last plan is pending, not before': { given: [...two, [start, cancel()]], when: [start, cancel('calling')], then: [['CancellationRequested', start], ['AutoRechargeSuspended', start]] },
  'works again when one of two is resumed': { given: [...two, [start, cancel(), cancel('calling')]], when: [start, resume()], then: [['SubscriptionResumed', start], ['AutoRechargeRestored', start]] },
  'is restored once': { given: [...two, [start, cancel(), cancel('calling'), resume()]], when: [start, resume('calling')], then: [['SubscriptionResumed', start, { subscriptionId: 'calling' }]] },
  'rests once one of two has ended and the other is cancelled': {
    given: [...two, [start, cancel()], [E]],
    when: [E, cancel('calling')],
    then: [['CancellationRequested', E], ['AutoRechargeSuspended', E]],
  },
  'works again with a return': {
    given: [...subscribed, [start, cancel()], [E]],
    when: [E, subscribe('calling-monthly')],
    then: [['SubscriptionStarted', E], ['CardChargeRequested', E], ['AutoRechargeRestored', E]],
  },
  'rests on, configured or not, after the end': { given: [...subscribed, [start, cancel()], [E]], when: [E, autoRecharge(100, 1000)], then: [['AutoRechargeConfigured', E]] },
});

examples('unsent messages', {
  'are credited once, itemised, at the end': {
    given: [...subscribed, [start, cancel()]],
    when: [E],
    then: [
      ['PeriodEnded', E],
      ['UnsentMessagesCredited', E, { creditId: 'messaging.credit', subscriptionId: 'messaging', sms: { count: 10, amount: usd(20) }, rvm: { count: 2, amount: usd(30) }, amount: usd(50) }],
    ],
    under: { unsent },
  },
  'are not credited at the request': { given: subscribed, when: [start, cancel()], then: [['CancellationRequested', start], ['AutoRechargeSuspended', start]], under: { unsent } },
  'are not credited when the period renews': { given: [...subscribed, [start, cancel(), resume()]], when: [E], then: [['SubscriptionRenewed', E], ['CardChargeRequested', E]], under: { unsent } },
  'of another kind of plan stay': {
    given: [...two, [start, cancel('calling')]],
    when: [E],
    then: [['SubscriptionRenewed', E], ['CardChargeRequested', E], ['PeriodEnded', E, { subscriptionId: 'calling' }]],
    under: { unsent },
  },
  'that are none are not spoken of': { given: [...subscribed, [start, cancel()]], when: [E], then: [['PeriodEnded', E]] },
});
