// Where an address can be read out of a text, and where it only looks like one.
import { describe, expect, it } from '@jest/globals';
import { holdsAddress } from './formats.js';

describe('an address', () => {
  it.each([
    'asked ann@example.com', 'ann＠example.com', 'Ann <ann@bücher.example>, twice', '@ and a@b', 'ann\u200b@example.com',
    '+12065550101', 'call +1 (206) 555-0101', '206.555.0101', '(206)555-0101', '2065550101', '0012065550101', '+49 30 901820', '555-0101', '212 34 567',
    '+44 (0)20 7946 0958', '٠١٢٣٤٥٦٧٨٩', '＋１２０６５５５０１０１', 'tel:2065550101', 'tel2065550101', 'case12065550101', '206555010112', '206‑555‑0101', '1 206 555 / 0101',
  ])('can be read out of %j', (text) => expect(holdsAddress(text)).toBe(true));

  it.each([
    'the lock is off', 'released in the carrier\'s console', 'case 7 of 2026', 'ticket #4812345', 'INC0012345', 'SUP-1234567', 'until 2026-04-30T07:00:00.000Z', '2026-04-30 and 2026-05-14',
    'effect 018f2d3c-4b5a-7c6d-8e9f-0123456789ab', 'matter Zq4821930457ab', '0123456789ab0123456789', 'at 07:00:00', '1,000,000 messages', 'seen @ the console', '14 days, 30 days, 1 year', 'HTTP 503 three times', '100 of 120 numbers',
  ])('is none in %j', (text) => expect(holdsAddress(text)).toBe(false));

  // Letter by letter it would take hours.
  it('is looked for in a long text in one pass', () => expect(holdsAddress('a'.repeat(4_000_000))).toBe(false));
});
