// Auto-recharge asks the card before a fee, once until something is known of it, and rests while no plan will renew (R10).
import { autoRecharge, buyNumber, cancel, collected, failed, open, resume, subscribe, topUp, usd } from '../../../../test/stories/commands.js';
import { examples, type Expected, type Step } from '../../../../test/stories/examples.js';
import { asked, fee, on, short } from '../../test/numbers.js';

const low: readonly Step[] = [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(500), autoRecharge(400, 2000), buyNumber('n0')]];
const chargeOf = (at: string): string => `acc.recharge.${on(at)}`;
const askedFor = (at: string): Expected => ['CardChargeRequested', on(at), { chargeId: chargeOf(at), purpose: 'auto-recharge', amount: usd(2000) }];

examples('auto-recharge', {
  'asks the card before a fee would bring the wallet below the threshold': { given: low, when: [on('01-15')], then: [askedFor('01-15'), fee('01-15', 1, 200)] },
  'fills the wallet when it is collected, not when it is asked for': {
    given: [...low, [on('01-15')]],
    when: [on('01-16'), collected(chargeOf('01-15'))],
    then: [
      ['ChargeCollected', on('01-16'), { chargeId: chargeOf('01-15'), purpose: 'auto-recharge', amount: usd(2000) }],
      ['WalletRecharged', on('01-16'), { chargeId: chargeOf('01-15'), amount: usd(2000) }],
    ],
  },
  'asks no second time while nothing is known of the first, and pays what is there': {
    given: [...low, [on('01-15')], [on('02-15')]],
    when: [on('04-15')],
    then: [fee('03-15', 1, 100), short('03-15', 100), fee('04-15', 1, 0), short('04-15', 200)],
  },
  'that failed asks again at the next fee, and not before': {
    given: [...low, [on('01-15')]],
    when: [on('02-15'), failed(chargeOf('01-15'), 'card_declined')],
    then: [fee('02-15', 1, 200), ['ChargeFailed', on('02-15'), { purpose: 'auto-recharge', reason: 'card_declined' }]],
  },
  'asks again at the fee after it failed': { given: [...low, [on('01-16'), failed(chargeOf('01-15'))]], when: [on('02-15')], then: [askedFor('02-15'), fee('02-15', 1, 200)] },
  'that is collected leaves a wallet that needs no more': { given: [...low, [on('01-16'), collected(chargeOf('01-15'))]], when: [on('02-15')], then: [fee('02-15', 1, 200)] },
  'is collected after the request for what was asked for before it': {
    given: [...low, [on('01-16'), cancel()]],
    when: [on('01-16'), collected(chargeOf('01-15'))],
    then: [['ChargeCollected', on('01-16')], ['WalletRecharged', on('01-16'), { amount: usd(2000) }]],
  },
  'of an amount that the wallet does not hold is not asked for': {
    given: [...low, [asked, autoRecharge(400, 1_000_000_000_000)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 200)],
  },
  'leaves a wallet that stays at the threshold': {
    given: [...low, [asked, topUp(100)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 200)],
  },
  'rests while the last plan is pending': { given: [...low, [asked, cancel()]], when: [on('02-15')], then: [fee('01-15', 1, 200), fee('02-15', 1, 200)] },
  'rests also when the wallet is empty': { given: [...low, [asked, cancel()]], when: [on('04-15')], then: [fee('01-15', 1, 200), fee('02-15', 1, 200), fee('03-15', 1, 100), short('03-15', 100), fee('04-15', 1, 0), short('04-15', 200)] },
  'works again after a resume': { given: [...low, [asked, cancel(), resume()]], when: [on('01-15')], then: [askedFor('01-15'), fee('01-15', 1, 200)] },
  'goes on while another plan does': {
    given: [...low, [asked, subscribe('calling-annual'), cancel()]],
    when: [on('01-15')],
    then: [askedFor('01-15'), fee('01-15', 1, 200)],
  },
  'rests when it is configured while pending': {
    given: [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), buyNumber('n0'), cancel(), autoRecharge(400, 2000)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 0), short('01-15', 200)],
  },
  'asked for at a boundary before the request was written is rightly asked for': { given: low, when: [on('01-16'), cancel()], then: [askedFor('01-15'), fee('01-15', 1, 200), ['CancellationRequested', on('01-16')], ['AutoRechargeSuspended', on('01-16')]] },
});
