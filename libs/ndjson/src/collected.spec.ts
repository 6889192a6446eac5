// However small the pieces are, no more is held than about what they hold.
import { expect, it } from '@jest/globals';
import { Collected } from './collected.js';

it('pieces are one text in the order in which they came, and are not kept', () => {
  const collected = new Collected();
  const piece = Buffer.from('ab');
  for (let nth = 0; nth < 100_000; nth += 1) {
    piece.write(nth % 2 === 0 ? 'ab' : 'cd');
    collected.add(piece.subarray(0, 1 + (nth % 2)));
  }
  expect(collected.length).toBe(150_000);
  const bytes = collected.take();
  expect(bytes.toString()).toBe('acd'.repeat(50_000));
  expect(bytes.buffer.byteLength).toBeLessThanOrEqual(2 * 150_000);
  expect([collected.length, collected.take().length]).toEqual([0, 0]);
});
