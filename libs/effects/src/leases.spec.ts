// How long a lease lasts, as far as a process that may have slept knows.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Database } from '#postgres';
import { standIn } from '../../../test/support/stand-in.js';
import type { ClaimedEffect } from './effect.js';
import { Leases, now } from './leases.js';

const effect = (effectId: string, attempt = 1) => ({ effectId, attempt }) as ClaimedEffect;

describe('a lease of 30 s', () => {
  let steady: number;
  let wall: number;
  let left: readonly string[];
  let leases: Leases;
  beforeEach(() => {
    [steady, wall, left] = [1_000, 1_800_000_000_000, ['n']];
    jest.spyOn(performance, 'now').mockImplementation(() => steady);
    jest.spyOn(Date, 'now').mockImplementation(() => wall);
    // Says which are still this process's, and takes 100 ms for it.
    const query = async <Row>() => {
      steady += 100;
      wall += 100;
      return left.map((effectId) => ({ effectId, free: true })) as Row[];
    };
    leases = new Leases(standIn<Database>({ query }), 30_000);
    leases.hold([effect('n')], now());
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['both clocks', 10_000, 10_000],
    ['the steady clock, the other having been set back', 10_000, -50_000],
    ['the wall clock, the other having stood still', 0, 10_000],
  ])('is shorter by what has passed on %s', (_, bySteady, byWall) => {
    steady += bySteady;
    wall += byWall;
    expect(leases.leftMs([effect('n')])).toBe(20_000);
  });

  it('is over for another attempt, for what is not held, and once it is given back', () => {
    expect([effect('n', 2), effect('m')].map((one) => leases.leftMs([one]))).toEqual([0, 0]);
    leases.release(effect('n'));
    expect(leases.leftMs([effect('n')])).toBe(0);
  });

  it('lasts for several as long as the first of them', () => {
    steady += 10_000;
    leases.hold([effect('m')], now());
    expect(leases.leftMs([effect('n'), effect('m')])).toBe(20_000);
  });

  it.each([
    ['renewed', () => leases.renew()],
    ['confirmed', () => leases.confirm([effect('n')])],
  ])('counts from before it was %s', async (_, statement) => {
    steady += 10_000;
    await statement();
    expect(leases.leftMs([effect('n')])).toBe(29_900);
  });

  it('that is lost is over', async () => {
    left = [];
    await leases.renew();
    expect(leases.leftMs([effect('n')])).toBe(0);
  });
});
