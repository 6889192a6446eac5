// Dates by the account's wall clock. Every promise takes the later of two readings (A5), so nothing happens early.
import { Temporal } from 'temporal-polyfill';
import { dayMs, instant, later, plusMs, type Instant } from '#kernel';

/** An IANA name, e.g. `America/Los_Angeles`. */
export type TimeZone = string;

/** Wall-clock date and time without a zone, `YYYY-MM-DDTHH:mm:ss.sss`. */
export type LocalDateTime = string;

const rememberedMost = 10_000;

/** The calendar gives the same answer every time and is asked for the same dates again and again, by every read of an account. */
function remembered<Asked extends readonly (string | number)[], Answer>(answer: (...asked: Asked) => Answer): (...asked: Asked) => Answer {
  const known = new Map<string, Answer>();
  return (...asked) => {
    const key = asked.join(' ');
    let found = known.get(key);
    if (found === undefined) {
      if (known.size >= rememberedMost) known.clear();
      known.set(key, (found = answer(...asked)));
    }
    return found;
  };
}

const zoned = (at: Instant, zone: TimeZone): Temporal.ZonedDateTime => Temporal.Instant.from(at).toZonedDateTimeISO(zone);

/** A local time that is skipped or repeated means the later instant (A5). */
const toInstant = (local: Temporal.PlainDateTime, zone: TimeZone): Instant =>
  instant(local.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds);

const isKnown = remembered((name: string): boolean => {
  try {
    return zoned(instant(0), name).epochMilliseconds === 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
});

/**
 * A name or alias of the IANA database in which every date can be told; `+02:00` is none. The calendar itself is asked: it refuses
 * some short names that the platform knows, since they mean several zones (`IST`).
 */
export const isTimeZone = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name) && isKnown(name);

export const localDateTime = remembered((at: Instant, zone: TimeZone): LocalDateTime =>
  zoned(at, zone).toPlainDateTime().toString({ fractionalSecondDigits: 3 }));

/** 1 to 31. */
export const localDay = (at: Instant, zone: TimeZone): number => zoned(at, zone).day;

/** `N` days on: the later of the calendar reading and `N` × 24 h. */
export const plusDays = remembered((at: Instant, zone: TimeZone, days: number): Instant =>
  later(toInstant(zoned(at, zone).toPlainDateTime().add({ days }), zone), plusMs(at, days * dayMs)));

/** Same local date and time `years` on; Feb 29 becomes Feb 28; never less than 365 × 24 h a year. */
export const plusYears = remembered((at: Instant, zone: TimeZone, years: number): Instant =>
  later(toInstant(zoned(at, zone).toPlainDateTime().add({ years }), zone), plusMs(at, years * 365 * dayMs)));

/** `N` days on by the wall clock alone, as a trial is counted (A7). */
export const plusLocalDays = (at: Instant, zone: TimeZone, days: number): Instant =>
  toInstant(zoned(at, zone).toPlainDateTime().add({ days }), zone);

/** The anchor moved on by whole months: day 31 gives Feb 28/29, Mar 31, Apr 30, and never drifts. */
export const plusMonths = remembered((anchor: LocalDateTime, zone: TimeZone, months: number): Instant =>
  toInstant(Temporal.PlainDateTime.from(anchor).add({ months }), zone));

/** The same time of the day on that day of the month, so many months before; `null`: the month is too short for it. */
export function onDayOfMonth(local: LocalDateTime, day: number, monthsBefore: number): LocalDateTime | null {
  const month = Temporal.PlainDateTime.from(local).with({ day: 1 }).subtract({ months: monthsBefore });
  return day > month.daysInMonth ? null : month.with({ day }).toString({ fractionalSecondDigits: 3 });
}

/**
 * The first local midnight after `after` that begins the anchor day of a month, or the last day of a month too short
 * for it (A8).
 */
export const nextMonthlyMidnight = remembered((after: Instant, zone: TimeZone, anchorDay: number): Instant => {
  const month = zoned(after, zone).toPlainDate().toPlainYearMonth();
  for (let ahead = 0; ; ahead += 1) {
    const date = month.add({ months: ahead }).toPlainDate({ day: anchorDay });
    const boundary = toInstant(date.toPlainDateTime(), zone);
    if (boundary > after) return boundary;
  }
});

/** When that local date begins. */
export const localMidnight = remembered((date: number, zone: TimeZone): Instant =>
  toInstant(new Temporal.PlainDateTime(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100), zone));

/** When the next local date begins. */
export const nextMidnight = remembered((at: Instant, zone: TimeZone): Instant => toInstant(zoned(at, zone).toPlainDate().add({ days: 1 }).toPlainDateTime(), zone));

/** How many days one local date lies after another. */
export const localDaysBetween = (start: Instant, end: Instant, zone: TimeZone): number => zoned(start, zone).toPlainDate().until(zoned(end, zone).toPlainDate()).days;

/** The local date as a number, e.g. 20260430. */
export const localDateNumber = remembered((at: Instant, zone: TimeZone): number => {
  const { year, month, day } = zoned(at, zone);
  return year * 10_000 + month * 100 + day;
});
