// What is kept of an answer is short, and names nobody who was in the message.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerBytesMost, keptAnswer } from './answer.js';

const kept = (text: string, ...personal: string[]): string => keptAnswer(Buffer.from(text), personal);

describe('a kept answer', () => {
  it('is the beginning, on one line', () => {
    expect(kept(' no\nroom\t\u0000for this ')).toBe('no room for this');
    expect(kept('x'.repeat(1_000))).toHaveLength(300);
  });

  it.each([
    ['as it stands', 'no user Ann Lee here'],
    ['in capitals', 'no user ANN LEE here'],
    ['on two lines', 'no user Ann\nLee here'],
  ])('does not hold what the message said of a person, %s', (_, text) => {
    expect(kept(text, 'Ann Lee')).toBe('no user … here');
  });

  it('nor as JSON or an address of the web writes it', () => {
    expect(kept('{"no":"Ann \\"Lee\\""}', 'Ann "Lee"')).toBe('{"no":"…"}');
    expect(kept('/users/Ann%20Lee', 'Ann Lee')).toBe('/users/…');
  });

  it.each(['Mary-Jane Hyphenova', "Sören O'Öztürk", 'a.b*c+d?e(f)[g]{h}|i\\j^k$l/m-n', 'unsent-messages'])('nor in any other way: %s', (name) => {
    const ways = [name, JSON.stringify(name).slice(1, -1).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`), name.replaceAll("'", '&#39;')];
    for (const way of ways) expect(kept(`no <${way}> here`, name)).toBe('no <…> here');
  });

  it('whatever the value is made of', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 3, maxLength: 12 }), (value) => {
      expect(typeof kept(`no ${value} here`, value)).toBe('string');
    }));
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '-', '9', '.', '/', '\\', '^', '$', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|'), minLength: 3, maxLength: 12 }), (value) => {
      expect(kept(`no <${value}> here`, value)).not.toContain(`<${value}>`);
    }));
  });

  it('nor an address or a phone number of anybody', () => {
    expect(kept('mail ann@example.com or ann%40example.com, call +1 (206) 555-0100 now')).toBe('mail … or … call … now');
  });

  it('nor half of a name, where it was cut', () => {
    const text = 'Ann Lee '.repeat(400).slice(0, answerBytesMost - 2);
    expect(kept(`${text}An`, 'Ann Lee')).toMatch(/^(… ?)+$/u);
  });

  it('is text, whatever the bytes are', () => {
    expect(keptAnswer(Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42]), [])).toBe('\ufffd\ufffdA B');
  });
});
