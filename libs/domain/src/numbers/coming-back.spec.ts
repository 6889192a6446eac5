// Who comes back while numbers are being released: what is kept, what is lost, what is paid for (R28, A13).
import { describe, expect, it } from '@jest/globals';
import { blocked, buyNumber, removeNumber, retried, settled, subscribe } from '../../../../test/stories/commands.js';
import { examples, lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { back, day15, day16, day20, E, ending, released, releasing, start, statuses, two } from '../../test/release.js';
import { billableNumbers } from './state.js';

const five = ending(...['n0', 'n1', 'n2', 'n3', 'n4'].map((id) => buyNumber(id)));
const cameBack = [['SubscriptionStarted', day16], ['CardChargeRequested', day16], ['AutoRechargeRestored', day16]] as const;
const cameBackKeeping = (...numberIds: readonly string[]) => [cameBack[0], ['NumberReleaseWithdrawn', day16, { numberIds }] as const, ...cameBack.slice(1)];

examples('who comes back in the middle', {
  'has lost two of five, keeps three, and nothing more happens to them': {
    given: [...releasing(five), [day15, settled('n0'), settled('n1')], [day16, back('n2', 'n3', 'n4')]],
    when: [day20, settled('n0'), settled('n2'), blocked('n3'), retried('n4')],
    then: [],
  },
  'is told which are kept': { given: [...releasing(five), [day15, settled('n0'), settled('n1')]], when: [day16, back('n2', 'n3', 'n4')], then: cameBackKeeping('n2', 'n3', 'n4') },
  'has lost no number where none was given up': {
    given: releasing(two),
    when: [day16, back('n0', 'n1')],
    then: [['SubscriptionStarted', day16, { returned: { lost: [] } }], ...cameBackKeeping('n0', 'n1').slice(1)],
  },
  'has lost numbers where one was': {
    given: [...releasing(two), [day15, settled('n0')]],
    when: [day16, back('n1')],
    then: [['SubscriptionStarted', day16, { returned: { lost: ['numbers'] } }], ...cameBackKeeping('n1').slice(1)],
  },
  'keeps only what is being released, whatever is said': {
    given: [...releasing(five), [day15, settled('n0'), settled('n1')]],
    when: [day16, back('n0', 'n1', 'n2', 'n9')],
    then: cameBackKeeping('n2'),
  },
  'keeps nothing by saying so once it is gone': { given: [...releasing(two), [day15, settled('n0'), settled('n1')]], when: [day16, back('n0')], then: cameBack },
  'keeps nothing by saying so before it has begun': { given: two, when: [E, back('n0')], then: [['SubscriptionStarted', E], ['CardChargeRequested', E], ['AutoRechargeRestored', E]] },
  'loses what was asked for already, when the answer comes, and the release is not told as settled any more': {
    given: [...releasing(two), [day15, settled('n0')], [day16, back()]],
    when: [day20, settled('n1'), settled('n1')],
    then: [released('n1', day20)],
  },
  'may remove and buy again what is kept': {
    given: [...releasing(two), [day16, back('n0')]],
    when: [day20, removeNumber('n0'), buyNumber('n0')],
    then: [['NumberRemoved', day20, { numberId: 'n0' }], ['NumberPurchased', day20]],
  },
  'cannot buy what is still being released': { given: [...releasing(two), [day16, back()]], when: [day20, buyNumber('n0')], then: [['refused', 'number_exists']] },
  'pays for what is kept from then on, not for the time without a plan': {
    given: [...releasing(two), [day16, back('n0')]],
    when: [moment('2026-06-10T00:00Z')],
    then: [['NumberFeesCharged', moment('2026-06-10T00:00Z'), { count: 1 }]],
  },
  'pays so for what was blocked, for what was never given up, and for what the carrier blocks later': {
    given: [...releasing(ending(buyNumber('n0'), buyNumber('n1'), buyNumber('n2', 'ported'))), [day15, blocked('n0')], [day16, back()], [day20, blocked('n1')]],
    when: [moment('2026-06-10T00:00Z')],
    then: [['NumberFeesCharged', moment('2026-06-10T00:00Z'), { count: 3 }]],
  },
  'pays for a number alone, that the carrier blocks after the billing day, from the next one on': {
    given: [...releasing(ending(buyNumber('n0'))), [day16, back()], [moment('2026-06-12T00:00Z'), blocked('n0')]],
    when: [moment('2026-07-10T00:00Z')],
    then: [['NumberFeesCharged', moment('2026-07-10T00:00Z'), { count: 1 }]],
  },
});

examples('who comes back to numbers that were left alone', {
  'does not have those again that are somebody else\'s by now': {
    given: releasing(ending(buyNumber('n0'), buyNumber('n1', 'ported'), buyNumber('n2', 'ported'))),
    when: [day16, subscribe('messaging-annual', { as: 'again', without: ['n0', 'n1', 'n9'] })],
    then: [['NumberRemoved', day16, { numberId: 'n1' }], ...cameBack],
  },
});

describe('the numbers of who came back', () => {
  it('are two lost, one still in progress, and three there: kept, blocked, never given up', () => {
    const given: readonly Step[] = [...releasing([...five.slice(0, 1), [start, buyNumber('n5', 'ported')], [E]]), [day15, settled('n0'), settled('n1'), blocked('n2')], [day16, back('n4')]];
    expect(statuses(given)).toEqual({ n0: 'released', n1: 'released', n2: 'active', n3: 'releasing', n4: 'active', n5: 'active' });
    expect(billableNumbers(lived(given).state)).toBe(3);
    expect(statuses([...given, [day20, settled('n3')]])).toMatchObject({ n3: 'released' });
    expect(statuses([...given, [day20, blocked('n3')]])).toMatchObject({ n3: 'active' });
  });
});
