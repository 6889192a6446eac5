// What the house may decide otherwise: what is sold and for how much, which reasons are asked, what has to be accepted, how long after an end each consequence comes. A value that is handed in.
import type { Plan } from './catalogue.js';
import { languageAmong, type Language } from './language.js';
import type { Policy } from './policy.js';

/** In each language of the policy. */
export type Texts = Readonly<Record<Language, string>>;

export interface OfferedPlan extends Plan {
  readonly names: Texts;
  /** Otherwise it is there for those who have it. */
  readonly sold: boolean;
}

export interface Currency {
  /** ISO 4217. */
  readonly code: string;
  /** What a number costs a month unless something else was agreed, in minor units (A8). */
  readonly numberFee: number;
}

declare const reasonBrand: unique symbol;

/** A code of the published list, of this policy or a former one (R5). */
export type ReasonCode = string & { readonly [reasonBrand]: true };

export interface PublishedReason {
  readonly code: ReasonCode;
  readonly labels: Texts;
  /** Otherwise it is there for those who gave it. */
  readonly asked: boolean;
}

export interface PublishedDisclosure {
  readonly id: string;
  /** Another one with every change of a text: consent is bound to both. */
  readonly version: string;
  readonly texts: Texts;
  /** The page of the platform where the full text stands in that language, where there is one. */
  readonly urls: Readonly<Partial<Record<Language, string>>>;
}

export interface PolicyInForce {
  readonly version: string;
  /** The first for whoever says no other. */
  readonly languages: readonly [Language, ...Language[]];
  /** The first for accounts that say no other. */
  readonly currencies: readonly [Currency, ...Currency[]];
  readonly plans: readonly OfferedPlan[];
  readonly reasons: readonly PublishedReason[];
  readonly disclosures: readonly PublishedDisclosure[];
  readonly periods: Policy;
  /** How the end of a plan (`{plan}` is its name) and each loss are foretold, by language and kind; what is not there the service says in its own words. */
  readonly foretold: Readonly<Partial<Record<Language, Readonly<Record<string, string>>>>>;
}

export const planById = ({ plans }: PolicyInForce, planId: string): OfferedPlan | undefined => plans.find((one) => one.planId === planId);

/** How plans are called in a language; one that is not known, by its id. */
export const planNamesIn = (policy: PolicyInForce, language: Language) => (planId: string): string => {
  const names = planById(policy, planId)?.names;
  return names?.[language] ?? names?.[policy.languages[0]] ?? planId;
};

/** `locale` is a tag of BCP 47: `es-MX` is told in `es`; what the policy does not know, or nobody said, in its first language. */
export const languageOf = ({ languages }: PolicyInForce, locale: string | null): Language => languageAmong(languages, locale);
