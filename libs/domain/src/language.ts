// The languages in which customers are spoken to: those of the policy, and among them those in which the service has sentences of its own.

/** A tag of BCP 47, as the policy names it. */
export type Language = string;

/** In which the service's own sentences are written, in `membership/languages` and in mails; the first for whoever says no other. */
export const spokenLanguages = ['en', 'es'] as const;

export type SpokenLanguage = (typeof spokenLanguages)[number];

/** `es` of `es-MX`. */
const baseOf = (tag: string | null): string | undefined => tag?.split('-', 1)[0]?.toLowerCase();

/** In which of its own the service speaks to whoever reads `language`. */
export const spokenIn = (language: string | null): SpokenLanguage => spokenLanguages.find((one) => one === baseOf(language)) ?? spokenLanguages[0];

/** Of `known` the one that is meant by a tag: itself, else that of its language without script and region, else the first. */
export const languageAmong = (known: readonly [Language, ...Language[]], tag: string | null): Language =>
  known.find((one) => one.toLowerCase() === tag?.toLowerCase()) ?? known.find((one) => one.toLowerCase() === baseOf(tag)) ?? known[0];
