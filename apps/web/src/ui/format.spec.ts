// What a customer reads, to the cent and to the hour.
import { describe, expect, it } from '@jest/globals';
import { bytesText, moneyText, momentText, phoneText, relativeText } from './format.js';

const losAngeles = { language: 'en', timeZone: 'America/Los_Angeles' };
const madrid = { language: 'es', timeZone: 'Europe/Madrid' };
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('a moment', () => {
  it('has its day, its time and its zone', () => {
    expect(plain(momentText('2026-04-30T07:00:00.000Z', losAngeles))).toBe('Thursday, April 30, 2026 at 12:00 AM PDT');
    expect(plain(momentText('2026-11-08T08:00:00.000Z', losAngeles))).toBe('Sunday, November 8, 2026 at 12:00 AM PST');
    expect(plain(momentText('2026-04-30T07:00:00.000Z', madrid))).toBe('jueves, 30 de abril de 2026, 9:00 CEST');
  });

  it.each([
    ['2026-05-12T07:00:00.000Z', 'in 12 days'],
    ['2026-05-12T06:59:59.999Z', 'in 11 days'],
    ['2026-05-01T06:59:59.999Z', 'in 23 hours'],
    ['2026-04-30T07:59:59.999Z', 'in 59 minutes'],
    ['2026-04-30T07:00:01.999Z', 'in 1 second'],
    ['2026-04-30T07:00:00.999Z', 'now'],
    ['2026-04-30T07:00:00.000Z', 'now'],
    ['2026-04-29T07:00:00.000Z', '1 day ago'],
    ['2027-04-30T07:00:00.000Z', 'in 1 year'],
    ['2027-04-30T06:59:59.000Z', 'in 11 months'],
    ['2025-04-30T07:00:00.000Z', '1 year ago'],
    ['2026-10-30T07:00:00.000Z', 'in 6 months'],
  ])('is told from the clock of the account: %s is %s', (at, told) => {
    expect(relativeText(at, '2026-04-30T07:00:00.000Z', losAngeles)).toBe(told);
  });

  it('is told in the language of the customer', () => {
    expect(relativeText('2026-05-12T07:00:00.000Z', '2026-04-30T07:00:00.000Z', madrid)).toBe('dentro de 12 días');
  });
});

it.each([
  [{ amount: 4900, currency: 'USD' }, 'en', '$49.00'],
  [{ amount: -5, currency: 'USD' }, 'en', '-$0.05'],
  [{ amount: 4900, currency: 'EUR' }, 'es', '49,00 €'],
  [{ amount: 4900, currency: 'JPY' }, 'en', '¥4,900'],
  [{ amount: 4900, currency: 'KWD' }, 'en', 'KWD 4.900'],
  [{ amount: 900719925474099, currency: 'USD' }, 'en', '$9,007,199,254,740.99'],
])('%j is %s: %s', (money, language, text) => {
  expect(plain(moneyText(money, language))).toBe(text);
});

it('a size is told in thousands', () => {
  expect([bytesText(0, 'en'), bytesText(1234, 'en'), bytesText(12_345_678, 'es')].map(plain)).toEqual(['0 kB', '1.2 kB', '12,3 MB']);
});

it('a phone number is told in groups where they are known', () => {
  expect([phoneText('+12065550100'), phoneText('+34911234567')]).toEqual(['+1 206-555-0100', '+34911234567']);
});
