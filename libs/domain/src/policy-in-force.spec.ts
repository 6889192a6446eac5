// What is sold, asked, accepted and said under a policy of the house's own, and what stays from the one before.
import { describe as suite, expect, it } from '@jest/globals';
import { cancel, changePlan, consent, importAccount, open, subscribe, usd } from '../../../test/stories/commands.js';
import { examples, lived, type Step } from '../../../test/stories/examples.js';
import { moment, type Surroundings } from '../../../test/stories/life.js';
import { period, plan } from '../test/importing.js';
import { builtInPolicy } from './built-in-policy.js';
import { disclosuresIn } from './cancellation/disclosures.js';
import { reasonsIn } from './cancellation/reasons.js';
import { describe, foretell } from './membership/words.js';
import { sayingIn } from './membership/languages/saying.js';
import { languageOf, planById, planNamesIn, type OfferedPlan, type PolicyInForce } from './policy-in-force.js';
import { inWords } from './wording.js';

const start = moment('2026-03-30T00:00Z');
const later = moment('2026-04-10T00:00Z');
const E = moment('2026-04-30T00:00Z');
const eur = (amount: number) => ({ amount, currency: 'EUR' });

const monthly = planById(builtInPolicy, 'messaging-monthly')!;
const annual = planById(builtInPolicy, 'messaging-annual')!;
const inEuros: OfferedPlan = { ...monthly, planId: 'messaging-eur', price: eur(4500), names: { de: 'Nachrichten, monatlich' } };
const [other] = builtInPolicy.reasons.filter(({ code }) => code === 'other');

const own: PolicyInForce = {
  ...builtInPolicy,
  version: 'own',
  languages: ['de'],
  currencies: [{ code: 'EUR', numberFee: 150 }, { code: 'USD', numberFee: 200 }],
  plans: [inEuros, { ...monthly, sold: false }, { ...annual, price: usd(60_000) }],
  reasons: [{ ...other!, labels: { de: 'Anderes' } }, { ...builtInPolicy.reasons[0]!, asked: false }],
  disclosures: [{ id: 'terms', version: '9', texts: { de: 'Es gelten die AGB.' }, urls: { de: 'https://example.com/agb' } }],
  periods: { ...builtInPolicy.periods, version: 'own', numbersReleaseAfterDays: 30 },
  foretold: { de: { 'period-end': '{plan} endet.', 'purge-data': 'Alles wird gelöscht.' } },
};
const under: Surroundings = { policies: [{ from: start, policy: own }] };
const fromLater: Surroundings = { policies: [{ from: later, policy: own }] };
const inEurope: readonly Step[] = [[start, open({ currency: 'EUR', numberFee: eur(150) })]];
const before: readonly Step[] = [[start, open(), subscribe('messaging-monthly')]];

examples('under a policy of one’s own', {
  'an account is opened in a currency of it': { given: [], when: [start, open({ currency: 'EUR' })], then: [['AccountOpened', start, { currency: 'EUR' }]], under },
  'and in no other': { given: [], when: [start, open({ currency: 'EUR' })], then: [['refused', 'invalid_request', { errors: [{ pointer: '/currency', message: 'must be one of USD' }] }]] },
  'its plans are bought': {
    given: inEurope,
    when: [start, subscribe('messaging-eur', { as: 'messaging' })],
    then: [['SubscriptionStarted', start, { planId: 'messaging-eur', price: eur(4500) }], ['CardChargeRequested', start, { amount: eur(4500) }]],
    under,
  },
  'but not in another currency than the account’s': {
    given: inEurope,
    when: [start, subscribe('messaging-annual')],
    then: [['refused', 'invalid_request', { errors: [{ pointer: '/planId', message: 'is sold in USD, and the account\'s currency is EUR' }] }]],
    under,
  },
  'and none that is not sold any more': {
    given: [[start, open()]],
    when: [start, subscribe('messaging-monthly')],
    then: [['refused', 'invalid_request', { errors: [{ pointer: '/planId', message: 'is not sold any more' }] }]],
    under,
  },
  'who has such a plan keeps it at its price': {
    given: before, when: [E], then: [['SubscriptionRenewed', E, { planId: 'messaging-monthly', price: usd(4900) }], ['CardChargeRequested', E, { amount: usd(4900) }]], under: fromLater,
  },
  'a change that was scheduled before is carried out, at the price of then': {
    given: [...before, [start, changePlan('messaging-annual')]],
    when: [E],
    then: [['SubscriptionRenewed', E, { planId: 'messaging-annual', price: usd(60_000) }], ['CardChargeRequested', E, { amount: usd(60_000) }]],
    under: fromLater,
  },
  'a reason that is not asked any more is on no list': {
    given: before,
    when: [later, cancel('messaging', { reason: { code: 'too_expensive' }, acceptedDisclosures: [{ id: 'terms', version: '9' }] })],
    then: [['refused', 'reason_unknown']],
    under: fromLater,
  },
  'its own disclosures have to be accepted': {
    given: before,
    when: [later, cancel('messaging', { reason: { code: 'other' }, acceptedDisclosures: consent })],
    then: [['refused', 'disclosures_stale', { toAccept: [{ id: 'terms', version: '9' }] }]],
    under: fromLater,
  },
  'and nothing else': {
    given: before,
    when: [later, cancel('messaging', { reason: { code: 'other' }, acceptedDisclosures: [{ id: 'terms', version: '9' }] })],
    then: [['CancellationRequested', later, { reason: 'other', effectiveAt: E }], ['AutoRechargeSuspended', later]],
    under: fromLater,
  },
});

examples('who is taken over under it', {
  'has its plans, at its price, and is promised its periods': {
    given: [],
    when: [later, importAccount({
      currency: 'EUR', numberFee: eur(150),
      subscriptions: [plan({ planId: 'messaging-eur', startedAt: start, currentPeriod: period(start, E), cancellation: { requestedAt: later, reason: { code: 'too_expensive' }, consent: null } })],
    })],
    then: [
      ['AccountOpened', start, { currency: 'EUR' }], ['SubscriptionStarted', start, { planId: 'messaging-eur', price: eur(4500) }],
      ['CancellationRequested', later, { reason: 'too_expensive', policy: { version: 'own', numbersReleaseAfterDays: 30 }, told: { consequences: { 'release-numbers': moment('2026-05-30T00:00Z') } } }],
      ['AutoRechargeSuspended', later], ['AccountImported', later],
    ],
    under,
  },
  'has none of another currency, and none that it does not know': {
    given: [],
    when: [later, importAccount({ currency: 'GBP', numberFee: { amount: 0, currency: 'GBP' }, subscriptions: [plan({ planId: 'messaging-eur', startedAt: start, currentPeriod: period(start, E) })] })],
    then: [['refused', 'invalid_request', { errors: [
      { pointer: '/subscriptions/0/planId', message: 'is sold in EUR, and the account\'s currency is GBP' }, { pointer: '/currency', message: 'must be one of EUR, USD' },
    ] }]],
    under,
  },
});

suite('a policy of one’s own is said', () => {
  it('in its languages, and in the first where one is not there', () => {
    expect(reasonsIn(own, 'de')).toEqual([{ code: 'other', label: 'Anderes' }]);
    expect(reasonsIn(own, 'en')).toEqual([{ code: 'other', label: 'Anderes' }]);
    expect(disclosuresIn(own, 'de')).toEqual([{ id: 'terms', version: '9', text: 'Es gelten die AGB.', url: 'https://example.com/agb' }]);
    expect([planNamesIn(own, 'de')('messaging-eur'), planNamesIn(own, 'es')('messaging-eur'), planNamesIn(own, 'de')('gone')]).toEqual(['Nachrichten, monatlich', 'Nachrichten, monatlich', 'gone']);
    expect(['de-AT', 'es', null].map((locale) => languageOf(own, locale))).toEqual(['de', 'de', 'de']);
  });

  it('in a language whose tag is longer only to whoever asks for it, else in its base', () => {
    const languages = ['en', 'pt-BR', 'pt'] as const;
    expect(['pt-BR', 'PT-br', 'pt-PT', 'fr'].map((locale) => languageOf({ ...own, languages }, locale))).toEqual(['pt-BR', 'pt-BR', 'pt', 'en']);
  });

  it('with its own sentences of what is to come, and those of the service for the rest', () => {
    const say = sayingIn(own, 'de', 'UTC');
    const { state, events } = lived([...inEurope, [start, subscribe('messaging-eur', { as: 'messaging' }), cancel('messaging', { reason: { code: 'other' }, acceptedDisclosures: [{ id: 'terms', version: '9' }] })]], under);
    expect(foretell(state, 'period-end', 'messaging', say)).toBe('Nachrichten, monatlich endet.');
    expect(foretell(state, 'purge-data', '', say)).toBe('Alles wird gelöscht.');
    expect(foretell(state, 'release-numbers', '', say)).toBe('All purchased phone numbers are released and cannot be restored.');
    expect(describe(events.find(({ type }) => type === 'SubscriptionStarted')!, say)).toContain('Nachrichten, monatlich');
    expect(foretell(lived(inEurope.concat([[start, subscribe('messaging-eur', { as: 'messaging' })]]), under).state, 'period-end', 'messaging', say)).toContain('renew');
  });

  it('with as many decimals as a currency has', () => {
    expect([inWords({ amount: 4900, currency: 'JPY' }), inWords({ amount: 4900, currency: 'KWD' }), inWords(usd(4900))]).toEqual(['4900 JPY', '4.900 KWD', '49.00 USD']);
    expect(sayingIn(own, 'de', 'UTC').amount({ amount: 4900, currency: 'JPY' })).toMatch(/^4\.900\s¥$/);
  });
});
