// The release after it has begun: what the carrier answers, number by number, and a second release after it (R18, R28).
import { describe, expect, it } from '@jest/globals';
import { blocked, buyNumber, cancel, retried, settled, subscribe } from '../../../../test/stories/commands.js';
import { announced, examples, type Step } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { back, day15, day16, day20, E, ending, released, releasing, statuses, two } from '../../test/release.js';

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

describe('a number that was taken to another carrier', () => {
  it('is ported out, and can be bought again', () => {
    const given: readonly Step[] = [...releasing(two), [day15, blocked('n1', 'port-out-pending'), settled('n1', 'already-gone', 'ported-out')]];
    expect(statuses(given)).toEqual({ n0: 'releasing', n1: 'ported-out' });
    expect(statuses([...given, [day16, back(), buyNumber('n1')]])).toMatchObject({ n1: 'active' });
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
