// Which texts tell a person from a word of ours, and in which forms they are found again.
import { describe, expect, it } from '@jest/globals';
import { markersOf, Traces } from './traces.js';

describe('a marker', () => {
  it.each([
    ['Jane Doe', true],
    ['Bartholomew', true],
    ['jane@example.com', true],
    ['+12065550101', true],
    ['12065550101', true],
    ['2065550101', true],
    ['call 206-555-0101', true],
    ['a@b.ch', true],
    ['Ann', false],
    ['@', false],
    [':@', false],
    ['friend@', false],
    ['@friend', false],
    ['@@@@@@@@@@', false],
    ['!!!!!!!!!!', false],
    ['too_expensive', false],
    ['campaigns', false],
    ['2026-04-30', false],
    ['2026-04-30 07:00', false],
    ['2026-04-30T07:00:00.000Z', false],
    ['12345678', false],
    ['', false],
  ])('%j: %s', (text, tells) => {
    expect(markersOf([text, text], 'account')).toEqual(tells ? [text] : []);
  });

  it.each([
    ['<jane@example.com>,joe@example.org', ['jane@example.com', 'joe@example.org']],
    ['jane@example.com@joe@example.org', ['jane@example.com', 'joe@example.org']],
    ['-@jane@example.com', ['jane@example.com']],
    ['jane@-example.com@joe.example.org', ['-example.com@joe.example.org']],
  ])('%s is known by the addresses %j', (text, addresses) => {
    const traces = new Traces([text]);
    expect(addresses.map((one) => traces.isIn(`"${one}"`))).toEqual(addresses.map(() => true));
  });

  it('is looked for in a long text in one pass', () => {
    // Letter by letter it would take days.
    expect(markersOf(['a'.repeat(1_000_000)], 'account')).toEqual([]);
  });

  it('is not what the id of the account says already', () => {
    expect(markersOf(['jane@example.com', 'Jane Doe'], 'jane@example.com')).toEqual(['Jane Doe']);
  });
});

const isIn = (marker: string, text: string): boolean => new Traces(['somebody@else.example', marker]).isIn(text);

describe('a phone number is found', () => {
  const written = [
    '+12065550101', '12065550101', '2065550101', '0012065550101', '01112065550101', '(206) 555-0101', '206.555.0101', '+1 206 555 0101', '1-206-555-0101', 'tel:+1-206-555-0101',
    '{"phone":12065550101}', '%2B12065550101', 'sms_2065550101_out', '１２０６５５５０１０１', '+1 (206) 555-0101 x12', '206/555/0101',
  ];
  it.each(written.flatMap((marker) => written.map((text) => [marker, text] as const)).filter(([marker]) => !/[_{%]|x12/.test(marker)))('given as %s in %s', (marker, text) => {
    expect(isIn(marker, `said ${text}, yes`)).toBe(true);
  });

  it.each([
    ['+442079460000', '020 7946 0000'], ['+442079460000', '+44 (0)20 7946 0000'], ['+44 (0)20 7946 0000', '00442079460000'], ['+4930901820', '030 / 90 18 20'],
    ['+33 1 23 45 67 89', '01.23.45.67.89'], ['+29051234', '+290 51234'], ['reach me: 0041 44 668 18 00', '+41446681800'],
  ])('of another country, given as %s, in %s', (marker, text) => {
    expect(isIn(marker, text)).toBe(true);
  });

  it('and no other, nor what only looks like one', () => {
    for (const text of ['+12065550102', '2065550', '2026-04-30T07:00:00.000Z', '4b300178-131c-4902-954e-72d90ba1620f']) expect([text, isIn('+12065550101', text)]).toEqual([text, false]);
  });
});

it('a number that is short in its country is found with the country only', () => {
  expect(['+290 51234', '0029051234', '9951234'].map((text) => isIn('+29051234', text))).toEqual([true, true, false]);
});

describe('an address is found', () => {
  it.each([
    ['jane@example.com', 'JANE@Example.COM'], ['Jane@Example.com', 'mailto:jane@example.com?x'], ['jane@example.com', 'q=jane%40example.com'], ['jane@example.com', '{"a":"jane@example.com"}'],
    ['zoë@bücher.example', 'zoë@xn--bcher-kva.example'], ['zoë@xn--bcher-kva.example', 'ZOË@BÜCHER.example'], ['zoe\u0308@example.com', 'zo\u00eb@example.com'],
    ['write to jane@example.com, please', 'jane@example.com'], ['"Jane" <jane@example.com>', 'jane@example.com'], ['a"b@example.com', 'b@example.com'],
  ])('given as %s, in %s', (marker, text) => {
    expect(isIn(marker, text)).toBe(true);
  });

  it('and no other', () => {
    for (const text of ['jane@example.org', 'jane at example.com', '@', 'example.com']) expect([text, isIn('jane@example.com', text)]).toEqual([text, false]);
  });
});

describe('a text is found', () => {
  it.each([
    ['Jane "J" Doe', 'by Jane "J" Doe.'], ['Jane "J" Doe', '{"by":"Jane \\"J\\" Doe"}'], ['Jane "J" Doe', '{"in":"{\\"by\\":\\"Jane \\\\\\"J\\\\\\" Doe\\"}"}'], ['Jane Doe', 'JANE DOE'],
    ['Jane Doe', 'name=Jane%20Doe'], ['Jane Doe', 'name=Jane+Doe'], ['Ｊａｎｅ Ｄｏｅ', 'Jane Doe'],
  ])('given as %s, in %s', (marker, text) => {
    expect(isIn(marker, text)).toBe(true);
  });

  it('whatever it is made of, and where nothing is known nothing is found', () => {
    expect(isIn('broken \ud800 text', 'broken \ud800 text')).toBe(true);
    expect(new Traces([]).isIn('Jane Doe +12065550101 jane@example.com')).toBe(false);
  });
});
