// Who shares a call with whom.
import { describe, expect, it } from '@jest/globals';
import { batchesOf } from './batches.js';

const fresh = { failures: 0, order: null };
const sizes = (rows: { failures: number; order: string | null }[], batchMost: number, calls: number) => batchesOf(rows, batchMost, calls).map((batch) => batch.length);
const times = <T>(count: number, row: T): T[] => Array.from({ length: count }, () => row);

describe('batches', () => {
  it('are as large as a call may be, and no more than there may be calls', () => {
    expect(sizes(times(2500, fresh), 1000, 5)).toEqual([1000, 1000, 500]);
    expect(sizes(times(2500, fresh), 1000, 2)).toEqual([1000, 1000]);
    expect(sizes(times(3, fresh), 1, 2)).toEqual([1, 1]);
    expect(sizes([], 1000, 2)).toEqual([]);
  });

  it('become smaller with every failure, down to one', () => {
    expect(sizes(times(150, { failures: 1, order: null }), 1000, 9)).toEqual([100, 50]);
    expect(sizes(times(15, { failures: 2, order: null }), 1000, 9)).toEqual([10, 5]);
    expect(sizes(times(3, { failures: 3, order: null }), 1000, 9)).toEqual([1, 1, 1]);
    expect(sizes(times(2, { failures: 40, order: null }), 1000, 9)).toEqual([1, 1]);
  });

  it('keep what failed apart from what did not, and what has an order from what has none', () => {
    const rows = [fresh, { failures: 1, order: null }, fresh, { failures: 0, order: 'a' }, fresh, { failures: 0, order: 'b' }];
    expect(sizes(rows, 1000, 9)).toEqual([3, 1, 2]);
  });

  it('leave rows over, yet fill the calls there are', () => {
    const rows = [fresh, { failures: 3, order: null }, { failures: 3, order: null }, fresh, fresh];
    expect(batchesOf(rows, 1000, 2)).toEqual([[fresh, fresh, fresh], [rows[1]]]);
  });
});
