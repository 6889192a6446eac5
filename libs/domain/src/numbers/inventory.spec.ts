// An inventory answers as a plain list of the same numbers does, and a change touches one page of it.
import { describe, expect, it } from '@jest/globals';
import { Random } from '../../../../test/simulation/random.js';
import { added, allNumbers, changed, countNumbers, noInventory, numberById, numberIdsOf, numbersByHash, type Inventory, type NumberStatus, type PhoneNumber } from './inventory.js';

const origins = ['purchased', 'ported', 'verified'] as const;
const statuses: readonly NumberStatus[] = ['active', 'releasing', 'released', 'blocked', 'removed', 'left', 'ported-out'];

/** Every hash is had by several of them. */
const number = (place: number): PhoneNumber => ({
  numberId: `n${place}`, e164Hash: `hash ${place % 400}`, origin: origins[place % origins.length]!, status: 'active', giveBack: null,
});

const inventoryOf = (numbers: readonly PhoneNumber[]): Inventory => numbers.reduce(added, noInventory);

const numbers = Array.from({ length: 1_000 }, (_, place) => number(place));

describe('an inventory of 1,000 numbers', () => {
  const inventory = inventoryOf(numbers);

  it('holds them in the order in which they came', () => {
    expect(allNumbers(inventory)).toEqual(numbers);
  });

  it('finds each by its id, and all that had one number, the last of them last', () => {
    expect(numbers.map(({ numberId }) => numberById(inventory, numberId))).toEqual(numbers);
    expect(numbersByHash(inventory, 'hash 7').map(({ numberId }) => numberId)).toEqual(['n7', 'n407', 'n807']);
    expect([numberById(inventory, 'n1000'), numbersByHash(inventory, 'hash 400')]).toEqual([undefined, []]);
  });

  it('is the same after it was put away as JSON', () => {
    expect(JSON.parse(JSON.stringify(inventory))).toEqual(inventory);
  });

  it('shares every page but one with what it becomes when a number changes or comes', () => {
    const shared = ({ pages }: Inventory): number => pages.filter((page) => inventory.pages.includes(page)).length;
    expect(inventory.pages.length).toBeGreaterThan(3);
    expect(shared(changed(inventory, ['n300'], () => ({ status: 'removed' })))).toBe(inventory.pages.length - 1);
    expect(shared(added(inventory, number(1_000)))).toBe(inventory.pages.length - 1);
    expect(shared(changed(inventory, ['nobody'], () => ({ status: 'removed' })))).toBe(inventory.pages.length);
    expect(allNumbers(inventory)).toEqual(numbers);
  });
});

it.each([1, 2, 3, 4])('answers as a list does, whatever comes and changes (%i)', (seed) => {
  const random = new Random(seed);
  let [list, inventory] = [numbers.slice(0, 200), inventoryOf(numbers.slice(0, 200))];
  for (let step = 0; step < 60; step += 1) {
    const come = numbers.slice(list.length, list.length + random.below(30));
    const ids = list.filter(() => random.chance(random.pick([0.002, 0.02, 0.9]))).map(({ numberId }) => numberId);
    const change = { status: random.any(statuses)! };
    list = [...list.map((one) => (ids.includes(one.numberId) ? { ...one, ...change } : one)), ...come];
    inventory = come.reduce(added, changed(inventory, ids, () => change));
    const one = random.any(list)!;
    expect(numberById(inventory, one.numberId)).toEqual(one);
    expect(numbersByHash(inventory, one.e164Hash)).toEqual(list.filter(({ e164Hash }) => e164Hash === one.e164Hash));
    for (const status of statuses) {
      const those = list.filter((number) => number.status === status);
      expect(numberIdsOf(inventory, status)).toEqual(those.map(({ numberId }) => numberId));
      expect(countNumbers(inventory, [status])).toBe(those.length);
      expect(countNumbers(inventory, [status], ['ported', 'verified'])).toBe(those.filter(({ origin }) => origin !== 'purchased').length);
    }
  }
  expect(allNumbers(inventory)).toEqual(list);
});
