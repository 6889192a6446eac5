// UUIDv7: the bits RFC 9562 asks for, and strictly ascending within the process.
import { expect, it, jest } from '@jest/globals';
import { uuidv7 } from './uuid.js';

const msOf = (id: string): number => parseInt(id.replaceAll('-', '').slice(0, 12), 16);

it('carries version, variant and the time', () => {
  const before = Date.now();
  const id = uuidv7();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(msOf(id)).toBeGreaterThanOrEqual(before);
  expect(msOf(id)).toBeLessThanOrEqual(Date.now());
});

it('ascends, also within a millisecond whose counter overflows, and when the clock goes back', () => {
  const start = Date.now() + 10_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
  const ids = Array.from({ length: 10_000 }, uuidv7);
  clock.mockReturnValue(start - 5_000);
  ids.push(uuidv7());
  clock.mockRestore();
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  expect(msOf(ids.at(-1)!) - start).toBeLessThan(10);
});
