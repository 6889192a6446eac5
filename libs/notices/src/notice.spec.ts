// What customers read: the same in plain text and in HTML, by their own clock, in their language, and in words whose version is known.
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { instant, type Money } from '#kernel';
import { asWritten, builtInPolicy, messages, planNamesIn, spokenLanguages, type Message, type Saying } from '#domain';
import type { FactsOf, Tidings } from './facts.js';
import type { Letter } from './texts/texts.js';
import { textsFor } from './languages.js';
import { isLocale, noticeOf, templateVersions, type Addressee } from './index.js';

const plan = { planId: 'messaging-monthly', kind: 'messaging', interval: 'month' } as const;
const E = instant('2026-04-30T07:00:00Z');
const D14 = instant('2026-05-14T07:00:00Z');
const P = instant('2027-04-30T07:00:00Z');

const facts: { readonly [M in Message]: FactsOf<M> } = {
  'cancellation-confirmed': { plan, requestedAt: instant('2026-03-30T07:00:00Z'), effectiveAt: E, losses: [{ loss: 'release-numbers', at: D14 }, { loss: 'purge-data', at: P }] },
  'subscription-resumed': { plan },
  'plan-ended': { plan, endedAt: E, losses: [{ loss: 'expire-ten-dlc', at: D14 }] },
  'loss-announced': { loss: 'release-numbers', at: D14 },
  'numbers-released': { released: 3 },
  'ten-dlc-expired': {},
  'data-purged': { since: P, early: false, years: 1 },
  'annual-reminder': { plan, price: { amount: 4900, currency: 'USD' }, renewsAt: E },
};

const ann: Addressee = { accountId: 'acme', name: 'Ann', locale: null, timeZone: 'America/Los_Angeles', pageUrl: 'https://acme.example/membership' };
const occasion = { version: 7, at: instant('2026-03-30T07:00:00Z') };

const told = (message: Message, more: Partial<Addressee> = {}) => noticeOf({ message, facts: facts[message] } as Tidings, { ...ann, ...more }, occasion, builtInPolicy);

/** What is left of HTML for who reads it. */
const seen = (html: string): string =>
  html.replace(/<head>.*<\/head>/s, '').replace(/<[^>]*>/g, ' ').replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const words = (text: string): string => text.replace(/https:\S+|^--$|^\* /gm, ' ').replace(/\s*:\s*(?=\n)/g, ':').replace(/\s+/g, ' ').trim();

describe.each(spokenLanguages)('in %s', (locale) => {
  it.each(messages)('%s says the same as text and as HTML', (message) => {
    const { subject, text, html, language } = told(message, { locale });
    expect(language).toBe(locale);
    expect(subject).toMatch(/^\S[^\n]+\S$/);
    expect(words(seen(html)).replaceAll(':', '')).toBe(words(text).replaceAll(':', ''));
    expect(text + html + subject).not.toMatch(/undefined|null|\[object/);
  });
});

it('is written by the account\'s clock, and leads to its page', () => {
  const { subject, text } = told('loss-announced');
  expect(subject).toBe('Your phone numbers are released on May 14, 2026');
  expect(text).toContain('May 14, 2026 at 12:00 AM (PDT)');
  expect(text).toContain('https://acme.example/membership');
  expect(told('loss-announced', { locale: 'es-MX' }).subject).toBe('Sus números de teléfono se liberan el 14 de mayo de 2026');
  expect(told('loss-announced', { pageUrl: null }).html).not.toContain('href');
});

it.each([[null, 'en'], ['es', 'es'], ['es-419', 'es'], ['ES-mx', 'es'], ['fr-CA', 'en'], ['en-GB', 'en']])('of %s is told in %s', (locale, language) => {
  expect(told('subscription-resumed', { locale }).language).toBe(language);
});

it.each([['en', true], ['es-MX', true], ['zh-Hant-TW', true], ['es-419', true], ['', false], ['english', false], ['en-x-ann-smith', false], ['en_US', false]])('takes %j for a language: %s', (tag, is) => {
  expect(isLocale(tag)).toBe(is);
});

it('holds a name on one line and harmless', () => {
  const { text, html, subject } = told('subscription-resumed', { name: '<img src=x onerror="alert(1)">\r\nBcc: all@example.com' });
  expect(text.split('\n', 1)[0]).toBe('Hello <img src=x onerror="alert(1)"> Bcc: all@example.com,');
  expect(html).not.toContain('<img');
  expect(subject).not.toContain('img');
  expect(told('subscription-resumed', { name: null }).text).toMatch(/^Hello,\n/);
});

it('comes with the dates as a calendar file that later ones move', () => {
  const { calendar } = told('cancellation-confirmed');
  const parsed = new ICAL.Component(ICAL.parse(calendar!) as unknown[]);
  expect(parsed.getFirstPropertyValue('method')).toBe('PUBLISH');
  const events = parsed.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  expect(events.map(({ uid, sequence, startDate }) => [uid, sequence, startDate.toJSDate().toISOString()])).toEqual([
    ['period-end.messaging.acme@sunset', 7, '2026-04-30T07:00:00.000Z'],
    ['release-numbers.acme@sunset', 7, '2026-05-14T07:00:00.000Z'],
    ['purge-data.acme@sunset', 7, '2027-04-30T07:00:00.000Z'],
  ]);
  expect(events[1]!.summary).toBe('All purchased phone numbers are released. They cannot be restored.');
  expect(told('cancellation-confirmed').calendar).toBe(calendar);
  expect(told('plan-ended').calendar).toBeNull();
});

it('is told in words whose version is known: whoever changes them raises it, and writes both here', () => {
  const hashOf = (message: Message): string => {
    const all = spokenLanguages.map(textsFor).map(({ language, greeting, closing, letters }) => {
      const say: Saying = { ...asWritten, plan: planNamesIn(builtInPolicy, language), amount: ({ amount, currency }: Money) => `${amount} ${currency}` };
      return [greeting('Ann'), (letters[message] as (of: FactsOf<Message>, by: Saying) => Letter)(facts[message], say), closing];
    });
    return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12);
  };
  expect(Object.fromEntries(messages.map((message) => [message, `${templateVersions[message]} ${hashOf(message)}`]))).toEqual({
    'annual-reminder': '2026-11 0789f524632f',
    'cancellation-confirmed': '2026-11 776e0772e02a',
    'data-purged': '2026-11 b21f5317e320',
    'loss-announced': '2026-11 c8aefe65620a',
    'numbers-released': '2026-11 b91521cbf600',
    'plan-ended': '2026-11 f409a376fe60',
    'subscription-resumed': '2026-11 33f908970d2c',
    'ten-dlc-expired': '2026-11 b556c8ebee27',
  });
});
