// Auto-recharge fills the wallet before a fee, and rests while no plan will renew (R10).
import { autoRecharge, buyNumber, cancel, open, resume, subscribe, topUp, usd } from '../../../../test/stories/commands.js';
import { examples, type Expected, type Step } from '../../../../test/stories/examples.js';
import { asked, fee, on, short } from '../../test/numbers.js';

const low: readonly Step[] = [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), topUp(500), autoRecharge(400, 2000), buyNumber('n0')]];
const filled = (at: string): Expected => ['WalletRecharged', on(at), { chargeId: `acc.recharge.${on(at)}`, amount: usd(2000) }];

examples('auto-recharge', {
  'fills the wallet before a fee would bring it below the threshold': { given: low, when: [on('01-15')], then: [filled('01-15'), fee('01-15', 1, 200)] },
  'leaves a wallet that stays at the threshold': {
    given: [...low, [asked, topUp(100)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 200)],
  },
  'rests while the last plan is pending': { given: [...low, [asked, cancel()]], when: [on('02-15')], then: [fee('01-15', 1, 200), fee('02-15', 1, 200)] },
  'rests also when the wallet is empty': { given: [...low, [asked, cancel()]], when: [on('04-15')], then: [fee('01-15', 1, 200), fee('02-15', 1, 200), fee('03-15', 1, 100), short('03-15', 100), fee('04-15', 1, 0), short('04-15', 200)] },
  'works again after a resume': { given: [...low, [asked, cancel(), resume()]], when: [on('01-15')], then: [filled('01-15'), fee('01-15', 1, 200)] },
  'goes on while another plan does': {
    given: [...low, [asked, subscribe('calling-annual'), cancel()]],
    when: [on('01-15')],
    then: [filled('01-15'), fee('01-15', 1, 200)],
  },
  'rests when it is configured while pending': {
    given: [[asked, open({ numberBillingAnchorDay: 15 }), subscribe('messaging-annual'), buyNumber('n0'), cancel(), autoRecharge(400, 2000)]],
    when: [on('01-15')],
    then: [fee('01-15', 1, 0), short('01-15', 200)],
  },
  'filled at a boundary before the request was written is rightly there': { given: low, when: [on('01-16'), cancel()], then: [filled('01-15'), fee('01-15', 1, 200), ['CancellationRequested', on('01-16')], ['AutoRechargeSuspended', on('01-16')]] },
});
