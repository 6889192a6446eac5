// One address in all its spellings has a form in common, and two addresses have none.
import { describe, expect, it } from '@jest/globals';
import { emailForm, readAddress } from './index.js';

const share = (a: string, b: string): boolean => readAddress(a).forms.some((form) => readAddress(b).forms.includes(form));

/** The first is as a platform would store it. */
const spellings: readonly (readonly [string, ...string[]])[] = [
  [
    '+12065550100', '12065550100', '0012065550100', '01112065550100', '+1 (206) 555-0100', '1-206-555-0100', '+1 (0)2065550100', '+1 ( 0 ) 206 555 0100', '++12065550100',
    '+12065550100 ext. 5', '+1 206 555 0100 x5', '+1 206 555 0100 #77', '+12065550100,5', '+1.206.555.0100 extension 12', 'tel:+1-206-555-0100;ext=7', 'sms:+12065550100?body=stop',
    'whatsapp:+12065550100', '(206) 555-0100', '2065550100', '206.555.0100', '＋１２０６５５５０１００', '+١٢٠٦٥٥٥٠١٠٠', '\u202a+12065550100\u202c', ' +1\u00a0206\u2011555\u20130100\n', 'Phone: +1 206 555 0100',
  ],
  ['+442079460958', '+44 (0)20 7946 0958', '+44 020 7946 0958', '0044 20 7946 0958', '011 44 20 7946 0958', '442079460958'],
  ['+390669812345', '+39 06 698 12345', '+39 (0)6 698 12345', '00390669812345'],
  ['+4722345678', '4722345678', '00 47 22 34 56 78', '+47 (0)22345678'],
  ['+525512345678', '+52 1 55 1234 5678', '5215512345678'],
  ['+5491123456789', '+54 9 11 2345 6789', '+54 (0)11 15 2345-6789'],
  ['ada@example.com', ' Ada@Example.COM\n', 'ADA@EXAMPLE.COM.', 'mailto:ada@example.com?subject=stop', 'Ada Example <ada@example.com>', '"ada"@example.com', 'ａｄａ＠example．com', 'ada\u200b@example.com'],
  ['zoë@münchen.example', 'ZOË@MÜNCHEN.EXAMPLE', 'zoe\u0308@mu\u0308nchen.example', 'zoë@xn--mnchen-3ya.example', 'Zoë@XN--MNCHEN-3YA.example'],
  ['straße@example.com', 'STRASSE@EXAMPLE.COM', 'strasse@example.com'],
  ['σοφός@example.gr', 'ΣΟΦΌΣ@example.gr'],
];

describe('an address', () => {
  it.each(spellings)('%j is found however it is written', (stored, ...others) => {
    expect(others.filter((other) => !share(stored, other))).toEqual([]);
    expect(others.filter((other) => !share(other, stored) || !readAddress(other).understood)).toEqual([]);
  });

  it('is not found under another', () => {
    const stored = [...spellings.map(([first]) => first), '+12065550101', '+445550100', 'ada@example.co', 'ada.b@example.com', '+12025550100'];
    for (const [index, one] of stored.entries()) for (const other of stored.slice(index + 1)) expect([one, other, share(one, other)]).toEqual([one, other, false]);
  });

  it.each(['nobody', '', '+', '020 7946 0958', '555-0100', '+1206555010', '+9995551234567', '1-800-FLOWERS', 'call +12065550100', '+12065550100 / +12065550101', 'ada@', '@example.com', 'a b@example.com', 'a@example.com, b@example.com', '1', '12065550100.5'])(
    '%j is not understood', (value) => {
      expect(readAddress(value).understood).toBe(false);
    });

  it('is not looked for where the text is longer than one can be, however often it almost is one', () => {
    for (const almost of [`1${','.repeat(500_000)}!`, `1${'('.repeat(500_000)}z`, '1'.repeat(500_000), `a@${'b.'.repeat(250_000)}`]) expect(readAddress(almost).understood).toBe(false);
  });

  it('that is not understood is found as it was written, if it may be one at all', () => {
    expect([share('020 7946 0958', '(020) 7946-0958'), share('020 7946 0958', '020 7946 0959'), readAddress('nobody').forms]).toEqual([true, false, []]);
  });
});

describe('the one form of an e-mail address', () => {
  it.each([
    ['ada@example.com', ['Ada@Example.COM', ' ada@example.com\n', 'ａｄａ＠example．com', 'ada\u200b@example.com', '"ada"@example.com']],
    ['zoë@xn--mnchen-3ya.example', ['ZOË@MÜNCHEN.EXAMPLE', 'zoe\u0308@mu\u0308nchen.example', 'zoë@XN--MNCHEN-3YA.example']],
    ['strasse@example.com', ['straße@example.com', 'STRASSE@EXAMPLE.COM']],
  ])('%s is the same for %j', (form, spellings) => {
    expect(spellings.map(emailForm)).toEqual(spellings.map(() => form));
  });

  it('keeps apart what a mail server may keep apart, but for case', () => {
    expect(new Set(['ada@example.com', 'a.da@example.com', 'ada+sunset@example.com', 'ada@example.co'].map(emailForm)).size).toBe(4);
  });

  it('is there for an address that is written in a way of its own, too', () => {
    expect(emailForm('"Ada Lovelace"@Example.com')).toBe(emailForm(' "ada lovelace"@example.com'));
  });
});
