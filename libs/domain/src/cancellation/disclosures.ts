// What a customer has to accept before a cancellation counts (R7), and whether what was accepted is what is current.
import type { Language } from '../language.js';
import type { PolicyInForce } from '../policy-in-force.js';

/** As it is named when it is accepted. */
export interface AcceptedDisclosure {
  readonly id: string;
  readonly version: string;
}

/** As it is shown, in one language. */
export interface Disclosure extends AcceptedDisclosure {
  readonly text: string;
  /** The page of the platform where the full text stands; `null`: there is none. */
  readonly url: string | null;
}

/** What is current, as it is shown. */
export const disclosuresIn = ({ disclosures, languages }: PolicyInForce, language: Language): readonly Disclosure[] =>
  disclosures.map(({ id, version, texts, urls }) => ({ id, version, text: texts[language] ?? texts[languages[0]] ?? '', url: urls[language] ?? null }));

/** What was shown, word for word, in the one form that evidence hashes. */
export const disclosuresText = (shown: readonly Disclosure[]): string => JSON.stringify(shown.map(({ id, version, text }) => [id, version, text]));

export interface DisclosureCheck {
  /** Not accepted at all. */
  readonly missing: readonly AcceptedDisclosure[];
  /** Accepted in a version, or under an id, that is not current. */
  readonly stale: readonly AcceptedDisclosure[];
  /** Of the stale ones, what is current; one that is not in the catalogue has nothing. */
  readonly renewed: readonly AcceptedDisclosure[];
}

const named = ({ id, version }: AcceptedDisclosure): AcceptedDisclosure => ({ id, version });

/** What of the catalogue was accepted in its current version. */
export const acceptedOf = <D extends AcceptedDisclosure>(accepted: readonly AcceptedDisclosure[], current: readonly D[]): readonly D[] =>
  current.filter((one) => accepted.some(({ id, version }) => one.id === id && one.version === version));

export function checkDisclosures(accepted: readonly AcceptedDisclosure[], current: readonly AcceptedDisclosure[]): DisclosureCheck {
  const valid = acceptedOf(accepted, current);
  const isValid = ({ id, version }: AcceptedDisclosure) => valid.some((one) => one.id === id && one.version === version);
  const isMentioned = ({ id }: AcceptedDisclosure) => accepted.some((one) => one.id === id);
  const open = current.filter((one) => !valid.includes(one));
  return {
    missing: open.filter((one) => !isMentioned(one)).map(named),
    stale: accepted.filter((one) => !isValid(one)).map(named),
    renewed: open.filter(isMentioned).map(named),
  };
}
