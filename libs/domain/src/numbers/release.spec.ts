// The release after it has begun: what the carrier answers, number by number, and who comes back in the middle (R18, R28, A13).
import { describe, expect, it } from '@jest/globals';
import { blocked, buyNumber, cancel, open, removeNumber, retried, settled, subscribe, topUp } from '../../../../test/stories/commands.js';
import { announced, examples, lived, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { billableNumbers } from './state.js';

const start = moment('2026-03-30T00:00Z');
const E = moment('2026-04-30T00:00Z');
const D14 = moment('2026-05-14T00:00Z');
const day15 = moment('2026-05-15T00:00Z');
const day16 = moment('2026-05-16T00:00Z');
const day20 = moment('2026-05-20T00:00Z');

/** Numbers are billed on the 10th; whoever comes back on day 16 has missed May 10. */
const ending = (...bought: readonly ReturnType<typeof buyNumber>[]): readonly Step[] => [
  [start, open({ numberBillingAnchorDay: 10 }), subscribe('messaging-monthly'), topUp(10_000), ...bought, cancel()],
  [E],
];
const five = ending(...['n0', 'n1', 'n2', 'n3', 'n4'].map((id) => buyNumber(id)));
const two = ending(buyNumber('n0'), buyNumber('n1'));
const releasing = (given: readonly Step[]): readonly Step[] => [...given, [D14]];
const back = (...keeping: readonly string[]) => subscribe('messaging-annual', { as: 'again', keeping });
const cameBack = [['SubscriptionStarted', day16], ['CardChargeRequested', day16], ['AutoRechargeRestored', day16]] as const;
const cameBackKeeping = (...numberIds: readonly string[]) => [cameBack[0], ['NumberReleaseWithdrawn', day16, { numberIds }] as const, ...cameBack.slice(1)];
const statuses = (given: readonly Step[]) => Object.fromEntries(lived(given).state.numbers.all.map(({ numberId, status }) => [numberId, status]));
const released = (id: string, at = day15) => ['NumberReleased', at, { numberId: id }] as const;

examples('the carrier', {
  'is only asked at D14: nothing is released by the passing of time': { given: releasing(two), when: [moment('2026-05-22T00:00Z')], then: [] },
  'answers late, number by number, and all are settled with the last': {
    given: [...releasing(two), [day15, settled('n1')]],
    when: [day16, settled('n0', 'already-gone')],
    then: [['NumberReleased', day16, { numberId: 'n0', outcome: 'already-gone', reason: null }], ['NumbersReleased', day16, { released: 2, left: 0 }]],
  },
  'answers twice and is heard once': { given: [...releasing(two), [day15, settled('n0')]], when: [day16, settled('n0'), settled('n0', 'already-gone'), blocked('n0')], then: [] },
  'answers twice for the last number and all are settled once': { given: [...releasing(two), [day15, settled('n0'), settled('n1')]], when: [day16, settled('n1')], then: [] },
  'blocks one number, which is not settled': {
    given: releasing(two),
    when: [day15, settled('n0'), blocked('n1', 'emergency-address')],
    then: [released('n0'), ['NumberReleaseBlocked', day15, { numberId: 'n1', reason: 'emergency-address' }]],
  },
  'blocks a number once': { given: [...releasing(two), [day15, blocked('n0')]], when: [day16, blocked('n0')], then: [] },
  'is asked again for a blocked number, and gives it up': {
    given: [...releasing(two), [day15, settled('n0'), blocked('n1')]],
    when: [day16, retried('n1', 'lock lifted'), settled('n1')],
    then: [['NumberReleaseRetried', day16, { numberId: 'n1', reason: 'lock lifted' }], released('n1', day16), ['NumbersReleased', day16, { released: 2, left: 0 }]],
  },
  'may block it again': { given: [...releasing(two), [day15, blocked('n1'), retried('n1')]], when: [day16, blocked('n1')], then: [['NumberReleaseBlocked', day16, { numberId: 'n1' }]] },
  'gives a blocked number up in the end without being asked again': { given: [...releasing(two), [day15, settled('n0'), blocked('n1')]], when: [day16, settled('n1')], then: [released('n1', day16), ['NumbersReleased', day16]] },
  'held it for another carrier, and it went there': {
    given: [...releasing(two), [day15, settled('n0'), blocked('n1', 'port-out-pending')]],
    when: [day16, settled('n1', 'already-gone', 'ported-out')],
    then: [['NumberReleased', day16, { numberId: 'n1', outcome: 'already-gone', reason: 'ported-out' }], ['NumbersReleased', day16, { released: 1, left: 0 }]],
  },
  'need not: an operator settled it elsewhere, and says why': {
    given: [...releasing(two), [day15, settled('n0'), blocked('n1')]],
    when: [day16, settled('n1', 'settled-elsewhere', 'given up by telephone')],
    then: [['NumberReleased', day16, { numberId: 'n1', outcome: 'settled-elsewhere', reason: null, note: 'given up by telephone' }], ['NumbersReleased', day16, { released: 2, left: 0 }]],
  },
  'is not heard on a number that nobody gives up': {
    given: [...releasing(ending(buyNumber('n0'), buyNumber('n1', 'ported')))],
    when: [day15, settled('n1'), blocked('n1'), retried('n1'), settled('n9'), blocked('n9'), retried('n9')],
    then: [],
  },
  'is not heard before D14': { given: two, when: [E, settled('n0'), blocked('n0'), retried('n0')], then: [] },
  'is not asked again for what is gone': { given: [...releasing(two), [day15, settled('n0')]], when: [day16, retried('n0')], then: [] },
});

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

describe('a number that was taken to another carrier', () => {
  it('is ported out, and can be bought again', () => {
    const given: readonly Step[] = [...releasing(two), [day15, blocked('n1', 'port-out-pending'), settled('n1', 'already-gone', 'ported-out')]];
    expect(statuses(given)).toEqual({ n0: 'releasing', n1: 'ported-out' });
    expect(statuses([...given, [day16, back(), buyNumber('n1')]])).toMatchObject({ n1: 'active' });
  });
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

/** Came back on May 16 with n0 gone, n1 in progress and n2 kept, and cancelled again. */
const again: readonly Step[] = [...releasing(ending(buyNumber('n0'), buyNumber('n1'), buyNumber('n2'))), [day15, settled('n0')], [day16, subscribe('messaging-monthly', { as: 'again', keeping: ['n2'] }), cancel('again')]];
const E2 = moment('2026-06-16T00:00Z');
const secondD14 = moment('2026-06-30T00:00Z');
const secondStarted = (at = secondD14) => ['NumberReleaseStarted', at, { numberIds: ['n2'], leftIds: [] }] as const;
const secondTold = [announced('release-numbers', secondD14, 7), announced('release-numbers', secondD14, 1)] as const;

examples('a second release', {
  'counts its own numbers, not those of the first': {
    given: [...again, [day20, settled('n1')], [E2]],
    when: [secondD14, settled('n2')],
    then: [...secondTold, secondStarted(), released('n2', secondD14), ['NumbersReleased', secondD14, { released: 1, left: 0 }]],
  },
  'is not settled before what the first left in progress': {
    given: [...again, [E2], [secondD14, settled('n2')]],
    when: [moment('2026-07-01T00:00Z'), settled('n1')],
    then: [released('n1', moment('2026-07-01T00:00Z')), ['NumbersReleased', moment('2026-07-01T00:00Z'), { released: 2, left: 0 }]],
  },
  'takes up what the carrier blocked for the first after its end': {
    given: [...again, [E2, blocked('n1')]],
    when: [secondD14],
    then: [...secondTold, ['NumberReleaseStarted', secondD14, { numberIds: ['n1', 'n2'] }]],
  },
  'takes up what was blocked in the first and came back': {
    given: [...releasing(ending(buyNumber('n0'))), [day15, blocked('n0')], [day16, subscribe('messaging-monthly', { as: 'again' }), cancel('again')], [E2]],
    when: [secondD14, settled('n0')],
    then: [...secondTold, ['NumberReleaseStarted', secondD14, { numberIds: ['n0'] }], released('n0', secondD14), ['NumbersReleased', secondD14, { released: 1, left: 0 }]],
  },
});
