// Dates, money and sizes as a customer reads them: exactly, in their language and their zone.
export interface Reader {
  /** A BCP 47 tag. */
  readonly language: string;
  /** An IANA zone. */
  readonly timeZone: string;
}

/** `Thursday, April 30, 2026 at 12:00 AM PDT`: day, time and zone, always. */
export const momentText = (at: string, { language, timeZone }: Reader): string =>
  new Intl.DateTimeFormat(language, {
    weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short',
  }).format(Date.parse(at));

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

/** Beyond so many days one thinks in months. */
const daysMost = 60;

/** `in 12 days`, seen from `asOf`; never more time than is left. */
export function relativeText(at: string, asOf: string, reader: Reader): string {
  const span = Date.parse(at) - Date.parse(asOf);
  const inUnits = (amount: number, unit: Intl.RelativeTimeFormatUnit): string => new Intl.RelativeTimeFormat(reader.language, { numeric: 'always' }).format(amount, unit);
  const whole = (length: number): number => Math.trunc(span / length);
  if (Math.abs(span) > daysMost * day) {
    const months = monthsBetween(asOf, at, reader.timeZone);
    return months % 12 === 0 && months !== 0 ? inUnits(months / 12, 'year') : inUnits(months, 'month');
  }
  if (Math.abs(span) >= day) return inUnits(whole(day), 'day');
  if (Math.abs(span) >= hour) return inUnits(whole(hour), 'hour');
  if (Math.abs(span) >= minute) return inUnits(whole(minute), 'minute');
  if (Math.abs(span) >= second) return inUnits(whole(second), 'second');
  return new Intl.RelativeTimeFormat(reader.language, { numeric: 'auto' }).format(0, 'second');
}

/** Whole months on the calendar of the zone, towards zero. */
function monthsBetween(from: string, to: string, timeZone: string): number {
  const [early, late] = Date.parse(from) <= Date.parse(to) ? [from, to] : [to, from];
  const [a, b] = [partsOf(early, timeZone), partsOf(late, timeZone)];
  const months = (b.year - a.year) * 12 + b.month - a.month - (b.rest < a.rest ? 1 : 0);
  return early === from ? months : -months;
}

function partsOf(at: string, timeZone: string): { year: number; month: number; rest: number } {
  const format = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23', timeZone });
  const parts = Object.fromEntries(format.formatToParts(Date.parse(at)).map(({ type, value }) => [type, Number(value)]));
  const part = (name: string): number => parts[name] ?? 0;
  return { year: part('year'), month: part('month'), rest: ((part('day') * 24 + part('hour')) * 60 + part('minute')) * 60 + part('second') };
}

export interface Money {
  /** In minor units of the currency, whole. */
  readonly amount: number;
  readonly currency: string;
}

/** `$49.00`, `49,00 €`, `¥4,900`: each currency has digits of its own. */
export function moneyText({ amount, currency }: Money, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  // As decimal text, which is exact whatever the amount.
  return format.format(`${amount}E-${digits}` as Intl.StringNumericLiteral);
}

/** `1.2 MB`. */
export function bytesText(bytes: number, language: string): string {
  const [size, unit] = bytes < 1e6 ? ([bytes / 1e3, 'kilobyte'] as const) : ([bytes / 1e6, 'megabyte'] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(size);
}

/** In groups where they are known, else as it stands. */
export const phoneText = (e164: string): string => e164.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1-$2-$3');
