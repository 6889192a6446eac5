// An inventory answers as a plain list of the same numbers does, and a change touches one page of it.
import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { added, allNumbers, changed, countNumbers, noInventory, numberById, numberIdsOf, numbersByHash, type Inventory, type NumberStatus, type PhoneNumber } from './inventory.js';

const origins = ['purchased', 'ported', 'verified'] as const;
const statuses: readonly NumberStatus[] = ['active', 'releasing', 'released', 'blocked', 'removed', 'left', 'ported-out'];

/** Every hash is had by several of them. */
const number = (place: number): PhoneNumber => ({
  numberId: `n${place}`, e164Hash: `hash ${place % 700}`, origin: origins[place % origins.length]!, status: 'active', giveBack: null,
});

const inventoryOf = (numbers: readonly PhoneNumber[]): Inventory => numbers.reduce(added, noInventory);

const numbers = Array.from({ length: 5_000 }, (_, place) => number(place));
const inventory = inventoryOf(numbers);

describe('an inventory of 5,000 numbers', () => {
  it('holds them in the order in which they came', () => {
    expect(allNumbers(inventory)).toEqual(numbers);
  });

  it('finds each by its id, and all that had one number, the last of them last', () => {
    expect(numbers.map(({ numberId }) => numberById(inventory, numberId))).toEqual(numbers);
    expect(numbersByHash(inventory, 'hash 7').map(({ numberId }) => numberId)).toEqual(['n7', 'n707', 'n1407', 'n2107', 'n2807', 'n3507', 'n4207', 'n4907']);
    expect([numberById(inventory, 'n5000'), numbersByHash(inventory, 'hash 700')]).toEqual([undefined, []]);
  });

  it('is the same after it was put away as JSON', () => {
    expect(JSON.parse(JSON.stringify(inventory))).toStrictEqual(inventory);
  });

  it('shares every page but one with what it becomes when a number changes or comes, and stays as it is', () => {
    const shared = ({ pages }: Inventory): number => pages.filter((page) => inventory.pages.includes(page)).length;
    expect(inventory.pages.length).toBeGreaterThan(3);
    expect(shared(changed(inventory, ['n3000'], () => ({ status: 'removed' })))).toBe(inventory.pages.length - 1);
    expect(shared(added(inventory, number(5_000)))).toBe(inventory.pages.length - 1);
    expect(shared(changed(inventory, ['nobody'], () => ({ status: 'removed' })))).toBe(inventory.pages.length);
    expect(allNumbers(inventory)).toEqual(numbers);
  });
});

describe('an inventory', () => {
  const place = fc.nat({ max: numbers.length + 500 });
  const places = fc.oneof(fc.uniqueArray(place, { maxLength: 4 }), fc.tuple(place, fc.nat({ max: 2_000 })).map(([from, length]) => Array.from({ length }, (_, nth) => from + nth)));
  const step = fc.record({ come: fc.nat({ max: 300 }), places, status: fc.constantFrom(...statuses), looked: place });

  it('answers as a list does, whatever comes and changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        let [list, kept] = [numbers, inventory];
        for (const { come, places: changing, status, looked } of steps) {
          const ids = new Set(changing.map((one) => `n${one}`));
          const newcomers = Array.from({ length: come }, (_, nth) => number(list.length + nth));
          list = [...list.map((one) => (ids.has(one.numberId) ? { ...one, status } : one)), ...newcomers];
          kept = newcomers.reduce(added, changed(kept, [...ids], () => ({ status })));
          const { numberId, e164Hash } = number(looked);
          expect(numberById(kept, numberId)).toEqual(list[looked]);
          expect(numbersByHash(kept, e164Hash)).toEqual(list.filter((one) => one.e164Hash === e164Hash));
        }
        expect(allNumbers(kept)).toEqual(list);
        for (const status of statuses) {
          const those = list.filter((one) => one.status === status);
          expect(numberIdsOf(kept, status)).toEqual(those.map(({ numberId }) => numberId));
          expect(countNumbers(kept, [status])).toBe(those.length);
          expect(countNumbers(kept, [status], ['ported', 'verified'])).toBe(those.filter(({ origin }) => origin !== 'purchased').length);
        }
      }),
      { numRuns: 40 },
    );
  });
});
