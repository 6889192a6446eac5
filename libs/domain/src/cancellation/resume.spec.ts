// Until the end everything can be taken back, and not a millisecond longer.
import { describe, expect, it } from '@jest/globals';
import { cancel, change, changePlan, resume } from '../../../../test/stories/commands.js';
import { examples, lived } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { asked, before, E, next, pending, renewal, start, subscribed } from '../../test/cancellation.js';
import { builtInPolicy } from '../built-in-policy.js';
import { decide } from '../membership/decide.js';

const D14 = moment('2026-05-14T07:00Z');

examples('a resume', {
  'is accepted at one millisecond before the end and reverts everything': {
    given: pending,
    when: [before, resume()],
    then: [['SubscriptionResumed', before, { subscriptionId: 'messaging' }], ['AutoRechargeRestored', before]],
  },
  'is refused exactly at the end, no worker having run': {
    given: pending,
    when: [E, resume()],
    then: [['PeriodEnded', E], ['refused', 'subscription_ended']],
  },
  'is refused a month late, no worker having run': {
    given: pending,
    when: [next, resume()],
    then: [
      ['PeriodEnded', E],
      ['NumberReleaseStarted', D14],
      ['NumbersReleased', D14],
      ['TenDlcExpirySkipped', next],
      ['refused', 'subscription_ended'],
    ],
  },
  'needs a cancellation that is pending': { given: subscribed, when: [asked, resume()], then: [['refused', 'cancellation_not_pending']] },
  'of a stranger is not found': { given: subscribed, when: [asked, resume('calling')], then: [['refused', 'not_found']] },
  'lets the plan renew': { given: [...pending, [before, resume()]], when: [E], then: renewal },
  'keeps the plan change that was agreed before the cancellation': {
    given: [...subscribed, [start, changePlan('messaging-annual')], [asked, cancel()], [before, resume()]],
    when: [E],
    then: [['SubscriptionRenewed', E, { planId: 'messaging-annual', period: { start: E, end: moment('2027-04-30T07:00Z') } }], ['CardChargeRequested', E]],
  },
  'does not stop a second cancellation': {
    given: [...pending, [before, resume()]],
    when: [before, cancel()],
    then: [['CancellationRequested', before, { effectiveAt: E }], ['AutoRechargeSuspended', before]],
  },
});

examples('while a cancellation is pending', {
  'the plan cannot change': { given: pending, when: [asked, changePlan('messaging-annual')], then: [['refused', 'plan_change_while_cancelling']] },
  'no card is charged, nothing renews': { given: pending, when: [E], then: [['PeriodEnded', E, { planId: 'messaging-monthly', lastPlan: true }]] },
  'the promised end stands when the account moves': {
    given: [...pending, [asked, change({ timeZone: 'Australia/Lord_Howe' })]],
    when: [D14],
    then: [['PeriodEnded', E], ['NumberReleaseStarted', D14], ['NumbersReleased', D14]],
  },
});

describe('the rule itself', () => {
  it('refuses a resume at the end even of an account that nobody has brought up to date', () => {
    const { state } = lived(pending);
    expect(decide(state, resume(), E, builtInPolicy)).toMatchObject({ refused: 'subscription_ended' });
    expect(decide(state, resume(), before, builtInPolicy)).toMatchObject([{ type: 'SubscriptionResumed' }, { type: 'AutoRechargeRestored' }]);
  });
});
