// What a preview announces is what later happens, to the cent and the millisecond, in thousands of random lives. `SEED` and `LIVES` say which and how many.
import { describe, expect, it } from '@jest/globals';
import { Coverage } from '../simulation/coverage.js';
import { checkPreview } from './preview-check.js';
import { liveAccount, livesOr, seed } from './random-account.js';

const lives = livesOr(500);

const required = [
  'messaging-monthly', 'messaging-annual', 'calling-monthly', 'calling-annual', 'trial', 'pending already', 'another plan goes on', 'the last plan', 'two plans pending',
  'ported numbers', 'verified numbers', 'auto-recharge on', 'recharged until the request', 'recharged while another plan goes on',
  'a fee', 'a dozen fees', 'a fee at the end', 'a fee after the end', 'a fee not paid in full', 'a fee in the year to come', 'a zone that is not UTC',
  'avoided', 'avoided in part', 'removed too late', 'messages credited', 'no message credited', 'a registration that expires', 'a registration expired already', 'a hold',
];

describe(`previews in ${lives} random lives from seed ${seed}`, () => {
  const coverage = new Coverage();

  it('announce what then happens when the customer changes nothing, and what removing a number saves', () => {
    for (let index = 0; index < lives; index += 1) {
      liveAccount(seed + index, (scene) => {
        if (scene.aside.chance(0.25)) checkPreview(scene, coverage);
      });
    }
    if (process.env['COVERAGE']) process.stdout.write(`${coverage.toString()}\n`);
    expect(lives).toBeGreaterThan(0);
  }, 600_000);

  if (lives >= 300) {
    it('were of every plan, with every kind of number, and met every turn', () => {
      expect(coverage.missing(required)).toEqual([]);
    });
  }
});
