// What the texts in requests must look like.
import { instant, type Instant } from '#kernel';

/** Code points, as JSON Schema counts them. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let place = 1; place < text.length; place += 1) if (isLow(text.charCodeAt(place)) && isHigh(text.charCodeAt(place - 1))) length -= 1;
  return length;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Neither NUL, which PostgreSQL cannot store, nor half a surrogate pair, which is no text. */
export const isWellFormed = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

/** Dates, times, UUIDs and other ids in hexadecimal digits, in which letters come after digits, hold many digits and lead to nobody. */
const innocent = /\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const hexadecimal = /[0-9a-f]{12,}/gi;
const mailAddress = /[^\s@]@[^\s@]/u;
/** Seven digits and more, as they are grouped in phone numbers; a longer run is one also where it hangs on a word, as ticket numbers do. */
const phoneNumber = /(?<![\p{L}\p{Nd}#][-_]?)\p{Nd}(?:[\s().\-/\u2010-\u2015]{0,3}\p{Nd}){6,}|\p{Nd}(?:[\s().\-/\u2010-\u2015]{0,3}\p{Nd}){9,}/u;

/** Whether an e-mail address or a phone number can be read out of a text, however it is written. What is doubtful counts as one. */
export function holdsAddress(text: string): boolean {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '').replace(innocent, ' ~ ').replace(hexadecimal, (run) => (/\d[a-f]/i.test(run) ? ' ~ ' : run));
  return mailAddress.test(plain) || phoneNumber.test(plain);
}

const earliest = '1970-01-01T00:00:00.000Z' as Instant;
const latest = '9990-12-31T23:59:59.999Z' as Instant;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const calendarDay = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):/;

export const isUuid = (text: string): boolean => uuid.test(text);

/**
 * Room is left on both sides, so that all that follows still has a four-digit year, in any zone: of a trial of two years, a period of one
 * and a purge a year later, and of what outlives that by five. No test clock goes further.
 */
export function isInstantText(text: string): boolean {
  const day = calendarDay.exec(text);
  if (!day || Number(day[3]) > daysInMonth(Number(day[1]), Number(day[2]))) return false;
  try {
    const at = instant(text);
    return at >= earliest && at <= latest;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

export const isCurrency = (text: string): boolean => currencies.has(text);
