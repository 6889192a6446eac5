// The forms under which an address is kept and asked for, the same for every spelling of it.
import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

export interface ReadAddress {
  /** Two spellings of one address have one in common. More than one where the text may mean more than one number; none where it holds no address at all. */
  readonly forms: readonly string[];
  /** Whether it is an e-mail address, or a phone number with its country code. What is not understood is found again only as it was written. */
  readonly understood: boolean;
}

const nothing: ReadAddress = { forms: [], understood: false };

/** Far longer than any address is written: what is longer is none, and reading it as one would take the square of its length. */
const longest = 1_000;

export function readAddress(value: string): ReadAddress {
  const text = plain(value).replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
  const forms = text.length > longest ? [] : text.includes('@') ? emailForms(text) : phoneForms(text);
  if (forms.length > 0) return { forms, understood: true };
  return /[@\d]/.test(text) ? { forms: [`not understood ${folded(text).replace(/[^\p{L}\p{N}@]/gu, '')}`], understood: false } : nothing;
}

/** The one form of an e-mail address, for whoever knows that it is one: case, blanks around it, Unicode form and punycode make no difference; dots and `+` do. */
export function emailForm(address: string): string {
  const text = plain(address);
  return (text.length > longest ? undefined : emailForms(text)[0]) ?? folded(text);
}

/** Without marks that nobody sees, which come along when an address is copied from a page. */
const plain = (value: string): string => value.normalize('NFKC').replace(/\p{Cf}/gu, '').trim();

/** Upper case first, which makes one of what has two small forms, as `ß` and `ss`, or both sigmas. */
const folded = (text: string): string => text.toUpperCase().toLowerCase().normalize('NFKC');

function emailForms(text: string): readonly string[] {
  const address = (/<([^<>]*)>$/.exec(text)?.[1] ?? text).replace(/^mailto:/i, '').replace(/\?.*$/s, '').trim();
  const [, local, domain] = /^"?([^\s@"]+)"?@([^\s@]+?)\.?$/.exec(address) ?? [];
  if (local === undefined || domain === undefined) return [];
  return [`${folded(local)}@${domainToASCII(domain) || folded(domain)}`];
}

/** North America's, where the service is at home. */
const homeCountry = 'US';
/** Number plans that gave up a digit which address books still have: Mexico's 1 before mobile numbers. */
const givenUp = [[/^521(?=\d{10}$)/, '52']] as const;

/**
 * With or without `+`, `00`, `011`, the `(0)` that is dialled within a country only, spaces, brackets and an extension. Ten digits alone are read both as
 * a number of North America and as one whose `+` is missing: which of them was meant nobody can say, and one opt-out too many harms nobody.
 */
function phoneForms(text: string): readonly string[] {
  const number = text.replace(/^[a-z]+:/i, '').replace(/[;?].*$/s, '').replace(/[\s,.(-]*(?:ext(?:ension|n)?|x|#|,)[\s.:=]*\d{1,9}[\s)#]*$/i, '').trim();
  if (/\p{L}|\d.*\+/su.test(number)) return [];
  const spellings = /\(\s*0\s*\)/.test(number) ? [number.replace(/\(\s*0\s*\)/, ''), number] : [number];
  const forms = spellings.flatMap((spelling) => {
    const digits = spelling.replace(/\D/g, '');
    return [abroad(digits.replace(/^(?:00|011)/, '')), spelling.includes('+') ? null : atHome(digits)].filter((form) => form !== null);
  });
  return [...new Set(forms)];
}

function abroad(digits: string): string | null {
  const today = givenUp.reduce((now, [before, after]) => now.replace(before, after), digits);
  const number = parsePhoneNumberFromString(`+${today}`, { extract: false });
  return number?.isPossible() ? number.number : null;
}

function atHome(digits: string): string | null {
  const number = digits.length === 10 ? parsePhoneNumberFromString(digits, { defaultCountry: homeCountry, extract: false }) : undefined;
  return number?.isValid() ? number.number : null;
}
