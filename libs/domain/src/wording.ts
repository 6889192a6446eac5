// The small words that sentences are made of.
import type { Instant, Money } from '#kernel';
import type { Language, SpokenLanguage } from './language.js';

const decimalsKnown = new Map<string, number>();

/** Of a currency: 2 of dollars, none of yen. */
function decimalsOf(currency: string): number {
  const known = decimalsKnown.get(currency);
  if (known !== undefined) return known;
  const decimals = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  decimalsKnown.set(currency, decimals);
  return decimals;
}

/** Dollars, not cents; for whoever shows it, and for nobody who reckons. */
export const inMajorUnits = ({ amount, currency }: Money): number => amount / 10 ** decimalsOf(currency);

/** `2.00 USD`. */
export const inWords = (money: Money): string => `${inMajorUnits(money).toFixed(decimalsOf(money.currency))} ${money.currency}`;

export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** In which language a sentence is said, and how it names what is not a word: plans, dates, amounts, what somebody has. */
export interface Saying {
  readonly language: Language;
  /** Whose sentences those are that the policy does not say. */
  readonly spoken: SpokenLanguage;
  /** How the policy foretells the end of a plan (`{plan}` is its name) and each loss, by kind. */
  readonly foretold: Readonly<Record<string, string>>;
  readonly plan: (planId: string) => string;
  readonly belonging: (one: string) => string;
  /** Day and time. */
  readonly moment: (at: Instant) => string;
  readonly day: (at: Instant) => string;
  readonly amount: (money: Money) => string;
}

/** In English and as the log has it: ids and instants. For operators and tests. */
export const asWritten: Saying = { language: 'en', spoken: 'en', foretold: {}, plan: (planId) => planId, belonging: (one) => one, moment: (at) => at, day: (at) => at, amount: inWords };
