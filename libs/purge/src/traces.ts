// What is known of a person, and whether a text holds it, in whatever form it was written down.
import { domainToASCII, domainToUnicode } from 'node:url';

const shortestText = 8;
const shortestAddress = 6;
/** A run of digits that is shorter says nothing. */
const shortestNumber = 7;
/** `too_expensive`, `messaging-annual`, `campaigns`: our codes, and what a person may write as well. */
const likeOurs = /^[a-z]+([_./-][a-z]+)*$/;
const aDateOrNumber = /^[\d\s.,:/TZ-]+$/;
/** What stands between blanks and brackets. */
const piece = /[^\s<>"'(),;:]+/gu;
/** With at least eight digits; `+` says that they begin with the country. */
const numberLike = /(?<![\p{L}\p{N}_.+-])\+?\(?\d[\d\s().\-/]{5,}\d/gu;
const aDate = /^\d{4}-\d\d-\d\d/;
const betweenDigits = /(?<=\d)[\s().\-/]+(?=\d)/g;
const digitRuns = /\d{7,}/g;
/** E.164: country codes of one digit and of two; all others have three. */
const countryCode = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/**
 * Of what is known of a person, that which can be told from a word of ours: what holds an address or a phone number, else eight characters or more that are
 * neither a single word in small letters nor a date or number. What the account's own id says is no trace: the id stays.
 */
export const markersOf = (texts: readonly string[], accountId: string): readonly string[] =>
  [...new Set(texts)].filter((text) => !accountId.includes(text) && (isTellable(text) || addressesIn(text).length > 0 || numbersIn(text).length > 0));

const isTellable = (text: string): boolean => text.length >= shortestText && /[\p{L}\p{N}]/u.test(text) && !likeOurs.test(text) && !aDateOrNumber.test(text);

export class Traces {
  private readonly texts: readonly string[];
  private readonly numbers: ReadonlySet<string>;
  private readonly lengths: readonly number[];

  constructor(markers: readonly string[]) {
    this.texts = [...new Set(markers.flatMap((marker) => [...(isTellable(marker) ? textForms(marker) : []), ...addressesIn(marker).flatMap(addressForms)]))];
    this.numbers = new Set(markers.flatMap(numbersIn));
    this.lengths = [...new Set([...this.numbers].map(({ length }) => length))];
  }

  /** `text` as it stands in a column or a job, JSON and bytes read as text included. */
  isIn(text: string): boolean {
    const written = folded(text);
    return this.texts.some((form) => written.includes(form)) || this.holdsNumber(written);
  }

  private holdsNumber(written: string): boolean {
    if (this.numbers.size === 0) return false;
    const runs = written.replace(betweenDigits, '').match(digitRuns) ?? [];
    return runs.some((run) => this.lengths.some((length) => {
      for (let start = 0; start + length <= run.length; start += 1) if (this.numbers.has(run.slice(start, start + length))) return true;
      return false;
    }));
  }
}

/** Upper and lower case, composed and decomposed, full width and half width are the same. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As it is, in JSON, in JSON inside a text, in an address and in a form. */
function textForms(text: string): readonly string[] {
  const plain = folded(text);
  const encoded = encodeURIComponent(plain.replace(/\p{Surrogate}/gu, '')).toLowerCase();
  return [plain, escaped(plain), escaped(escaped(plain)), encoded, encoded.replaceAll('%20', '+')];
}

function addressForms(found: string): readonly string[] {
  const [local, domain] = folded(found).split('@') as [string, string];
  return [domain, domainToASCII(domain), domainToUnicode(domain)].filter((one) => one !== '').flatMap((one) => textForms(`${local}@${one}`));
}

/** Piece by piece, since a pattern of the whole would look at each letter of a long text again and again for an `@` that is not there. */
const addressesIn = (text: string): readonly string[] => (text.match(piece) ?? []).flatMap(addressesInPiece).filter((found) => found.length >= shortestAddress);

function addressesInPiece(text: string): readonly string[] {
  const [first = '', ...others] = text.split('@');
  return others.flatMap((domain, index) => {
    const local = others[index - 1] ?? first;
    return /[\p{L}\p{N}]/u.test(local) && /^[\p{L}\p{N}]/u.test(domain) ? [`${local}@${domain}`] : [];
  });
}

/** The national part of each phone number: it is in all the ways in which one is written, with the country or without, with `+`, `00`, `011` or `0` before it. */
const numbersIn = (text: string): readonly string[] =>
  (text.normalize('NFKC').match(numberLike) ?? []).flatMap((found) => {
    const digits = found.replace(/\D/g, '');
    const international = found.startsWith('+');
    if (aDate.test(found) || digits.length < (international ? 8 : 10)) return [];
    return [nationalPart(digits, international)];
  });

function nationalPart(digits: string, international: boolean): string {
  if (international) {
    const national = digits.replace(countryCode, '').replace(/^0/, '');
    return national.length < shortestNumber ? digits : national;
  }
  if (/^(00|011)\d{8,}/.test(digits)) return nationalPart(digits.replace(/^(00|011)/, ''), true);
  return digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits.replace(/^0/, '');
}
