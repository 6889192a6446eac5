// What each event changed, put together again, is the state: nothing is left out, nothing is told that is not so, and nobody is named.
import { expect, it } from '@jest/globals';
import { noMembership } from '#domain';
import { applyTenDlc, approveTenDlc, buyNumber, cancel, completePurge, open, removeNumber, subscribe } from '../../../../test/stories/commands.js';
import { lived } from '../../../../test/stories/examples.js';
import { moment } from '../../../../test/stories/life.js';
import { recorded } from '../../../../test/stories/recorded.js';
import { changesOf, entriesMost, type FieldValue } from './changes.js';
import { fieldsOf, stepOf } from './view.js';

const start = moment('2026-03-30T00:00Z');
const life = lived([
  [start, open(), subscribe('messaging-monthly'), buyNumber('n0'), buyNumber('n1'), applyTenDlc(), approveTenDlc],
  [moment('2026-04-02T00:00Z'), removeNumber('n1'), cancel('messaging')],
  [moment('2027-04-30T00:00Z'), completePurge()],
]);

const steps = (() => {
  let state = noMembership('acc');
  return recorded(life).map((event) => {
    const taken = stepOf(state, event);
    state = taken.state;
    return taken;
  });
})();

it('adds up to the state at every version', () => {
  const known = new Map<string, FieldValue>(fieldsOf(noMembership('acc')).map(({ field, value }) => [field, value]));
  const told = (fields: ReadonlyMap<string, FieldValue>) => Object.fromEntries([...fields].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const { state, step } of steps) {
    for (const { field, before, after } of step.changed) {
      expect([step.type, field, known.get(field) ?? null]).toEqual([step.type, field, before]);
      known.set(field, after);
    }
    expect(told(known)).toEqual(told(new Map(fieldsOf(state).map(({ field, value }) => [field, value]))));
  }
  expect(steps.at(-1)!.state).toEqual(life.state);
});

it('says by name what is different', () => {
  const changed = (type: string) => steps.find(({ step }) => step.type === type)!.step.changed;
  expect(changed('NumberPurchased')).toEqual(expect.arrayContaining([
    { field: 'numbers.counts.purchased.active', before: null, after: 1 },
    { field: 'numbers.each.n0.status', before: null, after: 'active' },
  ]));
  expect(changed('NumberRemoved')).toEqual(expect.arrayContaining([{ field: 'numbers.each.n1.status', before: 'active', after: 'removed' }]));
  expect(changed('NumberRemoved').filter(({ field }) => field.includes('n0'))).toEqual([]);
  expect(changed('TenDlcRegistered')).toEqual(expect.arrayContaining([{ field: 'tenDlc.status', before: 'pending', after: 'active' }]));
  expect(changed('DataPurged').find(({ field }) => field === 'life')).toEqual({ field: 'life', before: 1, after: 2 });
});

it('names no hash of a number', () => {
  expect(JSON.stringify(steps.map(({ step }) => step.changed))).not.toContain('e164Hash');
});

it('tells of a long list how many more there are', () => {
  const state = noMembership('acc');
  const reminded = Array.from({ length: entriesMost + 3 }, (_, index) => `loss ${index}`);
  const changes = changesOf(state, { ...state, reminded });
  expect([changes.length, changes.at(-1)]).toEqual([entriesMost + 1, { field: 'reminded.…', before: null, after: 3 }]);
});
