// How plans, dates, amounts and belongings are named to a customer: in the words of the policy and of the language, by the account's wall clock.
import { epochMs, type Instant } from '#kernel';
import { spokenIn, type Language, type SpokenLanguage } from '../../language.js';
import { planNamesIn, type PolicyInForce } from '../../policy-in-force.js';
import { inMajorUnits, type Saying } from '../../wording.js';
import { en } from './en.js';
import { es } from './es.js';
import type { Words } from './words.js';

export const wordsOf: Readonly<Record<SpokenLanguage, Words>> = { en, es };

export function sayingIn(policy: PolicyInForce, language: Language, timeZone: string): Saying {
  const moment = once(() => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone }));
  const zone = once(() => new Intl.DateTimeFormat(language, { timeZoneName: 'short', timeZone }));
  const day = once(() => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }));
  const zoneAt = (at: Instant): string => zone().formatToParts(epochMs(at)).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  const spoken = spokenIn(language);
  const belongings: Readonly<Record<string, string>> = wordsOf[spoken].belongings;
  return {
    language,
    spoken,
    foretold: policy.foretold[language] ?? {},
    plan: planNamesIn(policy, language),
    belonging: (one) => belongings[one] ?? one,
    moment: (at) => `${moment().format(epochMs(at))} (${zoneAt(at)})`,
    day: (at) => day().format(epochMs(at)),
    amount: (money) => new Intl.NumberFormat(language, { style: 'currency', currency: money.currency }).format(inMajorUnits(money)),
  };
}

/** Made when it is first needed: a format takes as long as thousands of sentences. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
