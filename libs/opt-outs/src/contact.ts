// What a contact says of its opt-out: with which addresses, and where it says so in a way that nobody can read.
import { readAddress } from '#addresses';

/** Fields of a contact that hold an address. */
const addressFields = ['phone', 'e164', 'email'] as const;

/** Our word in another spelling, as `opted_out` or `isOptOut`, or another for the same; small letters only. */
const ourWord = /^(?:is|has)?(?:opt(?:ed)?out|unsubscribed?|donot(?:call|contact|disturb|email|message|sms|text)|dnc)$/;

/** A contact as it was stored. */
export interface Contact {
  readonly id: string;
  readonly optedOut?: unknown;
  readonly [field: string]: unknown;
}

export const hasOptedOut = ({ optedOut }: Contact): boolean => optedOut === true;

/** Every form of its addresses, each once. */
export const addressesOf = (contact: Contact): readonly string[] =>
  [...new Set(addressFields.flatMap((field) => readAddress(textOf(contact[field]) ?? '').forms))];

/** What is wrong with a contact that seems to say that it has opted out and cannot be understood; `null`: nothing. To follow the word "must". */
export function optOutFault(contact: Readonly<Record<string, unknown>>): string | null {
  const { optedOut = null } = contact;
  if (optedOut !== null && typeof optedOut !== 'boolean') return 'have true or false in optedOut';
  const misspelt = Object.keys(contact).find((field) => field !== 'optedOut' && ourWord.test(field.toLowerCase().replace(/[^a-z]/g, '')) && meansYes(contact[field]));
  if (misspelt !== undefined) return `say optedOut instead of ${misspelt}`;
  if (optedOut !== true) return null;
  const given = addressFields.filter((field) => !isEmpty(contact[field]));
  if (given.length === 0) return `have an address in one of ${addressFields.join(', ')}, since it has opted out`;
  const unread = given.find((field) => !readAddress(textOf(contact[field]) ?? '').understood);
  return unread === undefined ? null : `have an e-mail address, or a phone number with its country code, in ${unread}, since it has opted out`;
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const meansYes = (value: unknown): boolean => !isEmpty(value) && value !== false && value !== 0 && !(typeof value === 'string' && /^(?:false|no|n|0)$/i.test(value.trim()));

/** A phone number may come as a number. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? String(value) : null;
}
