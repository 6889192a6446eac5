// An instant, written one way only: ISO-8601 UTC with milliseconds, so that text order is time order.

declare const instantBrand: unique symbol;

/** `YYYY-MM-DDTHH:mm:ss.sssZ`. Made by {@link instant} only; compare with `<` and `===`. */
export type Instant = string & { readonly [instantBrand]: true };

const exact = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;

/** The platform's parser takes Feb 30 for Mar 2. */
function isWritten(text: string): boolean {
  const [, year, month, day] = exact.exec(text) ?? [];
  return day !== undefined && new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}

/** Reads ISO-8601 text with an offset, or milliseconds since 1970. Throws `RangeError` for anything else. */
export function instant(value: string | number): Instant {
  if (typeof value === 'string' && !isWritten(value)) throw new RangeError(`not an instant: ${value}`);
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new RangeError(`not an instant: ${value}`);
  const text = date.toISOString();
  if (text.length !== 24) throw new RangeError(`outside the years 0000 to 9999: ${value}`);
  return text as Instant;
}

/** Milliseconds since 1970-01-01T00:00Z. */
export const epochMs = (at: Instant): number => Date.parse(at);

export const plusMs = (at: Instant, ms: number): Instant => instant(epochMs(at) + ms);

export const later = (a: Instant, b: Instant): Instant => (a < b ? b : a);

export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);

export const dayMs = 86_400_000;
