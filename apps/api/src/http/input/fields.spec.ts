// The rules of fields: what passes, what is refused with which pointer, and that OpenAPI says the same.
import { describe, expect, it } from '@jest/globals';
import { builtInPolicy } from '#domain';
import type { Money } from '#kernel';
import { Bool, E164, Email, Id, InstantField, InstantOrDay, ListOf, MoneyField, MustBeTrue, Nested, OneOf, Text, Texts, TimeZone, Url, Whole } from './fields.js';
import { readInput, type InputType } from './input.js';
import { Problem } from '../problems/problems.js';

class Item {
  @Id() id!: string;
  @InstantField({ optional: true }) at?: string;
}

class Everything {
  @Text({ max: 5, optional: true }) text?: string;
  @Text({ min: 0, max: 5, optional: true, nullable: true }) note?: string | null;
  @Id({ optional: true }) id?: string;
  @Email({ optional: true }) email?: string;
  @TimeZone({ optional: true }) zone?: string;
  @InstantField({ optional: true }) at?: string;
  @InstantOrDay({ optional: true }) from?: string;
  @E164({ optional: true }) phone?: string;
  @Url({ optional: true }) url?: string;
  @OneOf(['a', 'b'], { optional: true, code: 'reason_unknown' }) choice?: string;
  @Bool({ optional: true }) flag?: boolean;
  @Whole({ min: 1, max: 9, optional: true }) size?: number;
  @MoneyField({ min: 1, optional: true }) money?: Money;
  @Nested(() => Item, { optional: true }) item?: Item;
  @ListOf(() => Item, { min: 1, max: 2, optional: true }) items?: Item[];
  @Texts({ max: 2, maxLength: 3, optional: true }) tags?: string[];
}

class Consent {
  @MustBeTrue({ code: 'acknowledgement_missing' }) acknowledged!: true;
  @OneOf(['x'], { code: 'reason_unknown' }) reason!: string;
}

function problemOf(type: InputType, value: unknown, source: 'body' | 'query' = 'body'): Problem {
  try {
    readInput(type, value, builtInPolicy, source);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`was accepted: ${JSON.stringify(value)}`);
}

const pointersOf = (value: unknown): string[] => (problemOf(Everything, value).options.errors ?? []).map(({ pointer }) => pointer);

describe('a field accepts', () => {
  it.each<[string, Record<string, unknown>]>([
    ['text with blanks around it, untouched', { text: ' ab ' }],
    ['as many code points as allowed', { text: '😀😀😀😀😀' }],
    ['an empty text and null where they are allowed', { note: '' }],
    ['null where it is allowed', { note: null }],
    ['ids', { id: 'Acct_1.a:b-c' }],
    ['an address', { email: 'ann@example.org' }],
    ['a zone', { zone: 'America/Argentina/Buenos_Aires' }],
    ['an alias of a zone', { zone: 'Asia/Calcutta' }],
    ['UTC', { zone: 'UTC' }],
    ['a number', { phone: '+12065550100' }],
    ['an address of the web', { url: 'https://example.org/hook?x=1' }],
    ['a choice', { choice: 'b' }],
    ['a flag', { flag: false }],
    ['the bounds', { size: 9 }],
    ['money', { money: { amount: 1, currency: 'USD' } }],
    ['lists', { items: [{ id: 'a' }], tags: ['abc', 'x'] }],
  ])('%s', (_, value) => {
    expect(readInput(Everything, value, builtInPolicy)).toMatchObject(value);
  });

  it.each([
    ['2026-04-30T07:00:00Z', '2026-04-30T07:00:00.000Z'],
    ['2026-04-30T00:00:00.5-07:00', '2026-04-30T07:00:00.500Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2028-02-29T23:59:59+00:00', '2028-02-29T23:59:59.000Z'],
    ['9990-12-31T23:59:59.999Z', '9990-12-31T23:59:59.999Z'],
  ])('an instant and writes it one way: %s', (at, written) => {
    expect(readInput(Everything, { at, items: [{ id: 'x', at }] }, builtInPolicy)).toMatchObject({ at: written, items: [{ at: written }] });
  });
});

describe('a field where a day may stand accepts', () => {
  it.each([
    ['2028-02-29', '2028-02-29'],
    ['2026-04-30T00:00:00-07:00', '2026-04-30T07:00:00.000Z'],
  ])('%s', (from, written) => {
    expect(readInput(Everything, { from }, builtInPolicy)).toMatchObject({ from: written });
  });
});

describe('a field refuses', () => {
  it.each<[string, unknown[]]>([
    ['text', ['', '  ', 'sixsix', 'a\0b', 'a\ud800', 5, null, ['a'], { a: 1 }]],
    ['note', ['sixsix', 5, 'a\0']],
    ['id', ['', '.hidden', 'a/b', 'ann@example.org', 'a b', 'x'.repeat(129), 7]],
    ['email', ['ann', 'ann@', 'ann@example', 'a\0@example.org', 3]],
    ['zone', ['+02:00', 'Mars/Olympus', '', 'America/Los_Angeles ', '../UTC', 'PST', 'ist', 1]],
    ['at', ['2026-04-30', '2026-04-30T07:00:00', '2026-02-30T00:00:00Z', '2027-02-29T00:00:00Z', '1969-12-31T23:59:59Z', '9991-01-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', 1777532400000]],
    ['from', ['2026-02-30', '2026-4-30', '1969-12-31', '2026-04', '2026-04-30T07:00:00', 20260430]],
    ['phone', ['12065550100', '+0123456789', '+1 206 555 0100', '+1206', '+1234567890123456']],
    ['url', ['ftp://example.org', 'example.org', 'https://user:secret@example.org', 'javascript:alert(1)']],
    ['flag', ['true', 1, 0, null]],
    ['size', [0, 10, 1.5, '5', Number.NaN, Infinity]],
    ['tags', ['abc', ['a', 'b', 'c']]],
    ['items', [[], {}, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]]],
  ])('%s: everything else', (name, values) => {
    for (const value of values) expect({ value, pointers: pointersOf({ [name]: value }) }).toEqual({ value, pointers: [`/${name}`] });
  });

  it('what is nested, at its own place', () => {
    expect(pointersOf({ money: { amount: 0, currency: 'usd', more: 1 } })).toEqual(['/money/more', '/money/amount', '/money/currency']);
    expect(pointersOf({ money: { amount: 2 ** 53, currency: 'ZZZ' } })).toEqual(['/money/amount', '/money/currency']);
    expect(pointersOf({ money: 5 })).toEqual(['/money']);
    expect(pointersOf({ item: { id: '' } })).toEqual(['/item/id']);
    expect(pointersOf({ item: [] })).toEqual(['/item']);
    expect(pointersOf({ item: null })).toEqual(['/item']);
    expect(pointersOf({ items: [{ id: 'a' }, null] })).toEqual(['/items/1']);
    expect(pointersOf({ items: [{ id: 'a', at: 'x' }, { id: 'b', other: 1 }] })).toEqual(['/items/1/other', '/items/0/at']);
    expect(pointersOf({ items: [[{ id: 'a' }]] })).toEqual(['/items/0']);
    for (const tag of ['abcd', 1, '', ' ', null, 'a\0']) expect(pointersOf({ tags: ['a', tag] })).toEqual(['/tags/1']);
  });

  it('names that every object inherits', () => {
    expect(pointersOf({ toString: 1, constructor: 2, hasOwnProperty: 3 })).toEqual(['/toString', '/constructor', '/hasOwnProperty']);
  });

  it('what is missing', () => {
    expect(problemOf(Item, {}).options.errors).toEqual([{ pointer: '/id', message: 'is required' }]);
  });

  it('no more than can be read', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, index]));
    expect(pointersOf(many)).toHaveLength(50);
  });
});

describe('a code of its own', () => {
  it('is told if nothing else is wrong', () => {
    expect(problemOf(Consent, { acknowledged: true, reason: 'y' }).code).toBe('reason_unknown');
    expect(problemOf(Consent, { reason: 'x' }).code).toBe('acknowledgement_missing');
    expect(problemOf(Consent, { acknowledged: false, reason: 'x' }).code).toBe('acknowledgement_missing');
  });

  it('gives way to bad input', () => {
    expect(problemOf(Consent, { acknowledged: 'yes', reason: 'x' }).code).toBe('invalid_request');
    expect(problemOf(Consent, { acknowledged: false, reason: 5 }).code).toBe('invalid_request');
    expect(problemOf(Consent, { acknowledged: false }).code).toBe('invalid_request');
  });
});

describe('a query', () => {
  it('is text: numbers and flags are read from their one written form', () => {
    expect(readInput(Everything, { size: '7', flag: 'true', tags: 'a' }, builtInPolicy, 'query')).toEqual({ size: 7, flag: true, tags: ['a'] });
    for (const size of ['07', '1e0', ' 7', '0x7', '']) expect(problemOf(Everything, { size }, 'query').options.errors?.[0]?.pointer).toBe('/query/size');
    expect(problemOf(Everything, { flag: '1' }, 'query').options.errors?.[0]?.pointer).toBe('/query/flag');
    expect(problemOf(Everything, { text: ['a', 'b'] }, 'query').options.errors?.[0]?.pointer).toBe('/query/text');
  });
});
