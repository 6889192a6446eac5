// The examples of RFC 8785 as far as a certificate can hold them, and the refusal of all else.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson, NotCanonical } from './index.js';

describe('canonicalJson', () => {
  const example: unknown = JSON.parse(String.raw`{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`);

  it('escapes as in section 3.2.2', () => {
    expect(canonicalJson(example)).toBe(String.raw`{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`);
  });

  it('is UTF-8 as in section 3.2.4', () => {
    expect(Buffer.from(canonicalJson(example)).toString('hex')).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it('sorts names by UTF-16 code units as in section 3.2.3', () => {
    const value: unknown = JSON.parse(String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" }`);
    expect([...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map(([, told]) => told)).toEqual([
      'Carriage Return', 'One', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([[0, '0'], [-0, '0'], [Number.MAX_SAFE_INTEGER, '9007199254740991'], [Number.MIN_SAFE_INTEGER, '-9007199254740991']])('writes %d as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('takes `__proto__` for a name like any other', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  it.each([
    ['a fraction', { a: [1, 0.5] }, '/a/1'],
    ['an integer that is not exact', { a: 2 ** 53 }, '/a'],
    ['NaN', { 'a/b~c': Number.NaN }, '/a~1b~0c'],
    ['undefined', { a: undefined }, '/a'],
    ['a hole', { a: [, 1] }, '/a/0'],
    ['a lone surrogate', { a: '\ud800' }, '/a'],
    ['a name with one', { '\udc00': 1 }, '/\udc00'],
    ['a date', { a: new Date(0) }, '/a'],
    ['a map', { a: new Map() }, '/a'],
    ['a large integer', { a: 1n }, '/a'],
    ['a function', { a: () => 1 }, '/a'],
  ])('refuses %s and says where', (_, value, pointer) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonical);
    expect(() => canonicalJson(value)).toThrow(new RegExp(`^${pointer} `));
  });

  it('is the same whatever the order of the names, and comes back as it was', () => {
    const leaf = fc.oneof(fc.maxSafeInteger().map((value) => value + 0), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null));
    const value = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 3 }), tie('node'), { maxKeys: 4 })),
    })).node;
    fc.assert(fc.property(value, (any) => {
      const text = canonicalJson(any);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(reversed(any))).toBe(text);
    }));
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, reversed(member)]));
}
