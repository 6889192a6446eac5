// What the worker takes from its environment about the storm guard, and about where mails lead.
import { expect, it } from '@jest/globals';
import { readSettings } from '../src/settings.js';

const least = { DATABASE_URL: 'postgres://somewhere', PURGE_LEDGER: '/ledger' };
const effectsPerHour = (text?: string) => readSettings({ ...least, ...(text !== undefined && { EFFECTS_PER_HOUR: text }) }).effectsPerHour;

it('lets 1,000 effects of a kind through within an hour unless told otherwise', () => {
  expect([effectsPerHour(), effectsPerHour(''), effectsPerHour('25000')]).toEqual([1_000, 1_000, 25_000]);
});

it.each(['0', '-1', '1.5', 'many'])('does not start with %s of them', (text) => {
  expect(() => effectsPerHour(text)).toThrow('EFFECTS_PER_HOUR is not a whole number');
});

it('leads mails to the page below the public address', () => {
  const pageUrl = (PUBLIC_URL?: string) => readSettings({ ...least, PUBLIC_URL }).pageUrl;
  expect([pageUrl('https://acme.example/'), pageUrl('http://127.0.0.1:3000'), pageUrl(''), pageUrl()]).toEqual(['https://acme.example/membership/', 'http://127.0.0.1:3000/membership/', null, null]);
  for (const wrong of ['acme.example', 'ftp://acme.example', 'https://u:p@acme.example', 'https://acme.example?x', 'https://acme.example/sub']) expect(() => pageUrl(wrong)).toThrow('PUBLIC_URL is no http(s) origin');
});
