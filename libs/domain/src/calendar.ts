// Dates by the account's wall clock. Every promise takes the later of two readings (A5), so nothing happens early.
import { dateOf, dayMs, daysInMonth, daysOf, epochMs, inMonth, instant, later, plusMs, type CivilDate, type Instant } from '#kernel';
import { zoneOf } from './zone.js';

/** An IANA name, e.g. `America/Los_Angeles`. */
export type TimeZone = string;

/** Wall-clock date and time without a zone, `YYYY-MM-DDTHH:mm:ss.sss`. */
export type LocalDateTime = string;

/** What the wall clock shows: milliseconds since its 1970-01-01T00:00. */
const localMs = (at: Instant, zone: TimeZone): number => {
  const ms = epochMs(at);
  return ms + zoneOf(zone).offsetAt(ms);
};

/** A local time that is skipped or repeated means the later instant (A5). */
const toInstant = (local: number, zone: TimeZone): Instant => instant(zoneOf(zone).instantOf(local));

const daysIn = (local: number): number => Math.floor(local / dayMs);

/** The same time of the day on another date. */
const onDate = (local: number, date: CivilDate): number => local + (daysOf(date) - daysIn(local)) * dayMs;

const localDate = (at: Instant, zone: TimeZone): CivilDate => dateOf(daysIn(localMs(at, zone)));

const parsed = (local: LocalDateTime): number => epochMs(`${local}Z` as Instant);

const written = (local: number): LocalDateTime => instant(local).slice(0, -1);

/** The same time of the day on the same day of the month, or on the last one of a month too short for it. */
function monthsOn(local: number, months: number): number {
  const date = dateOf(daysIn(local));
  return onDate(local, inMonth(date, months, date.day));
}

function isKnown(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * A name or alias of the IANA database in which every date can be told; `+02:00` is none. The calendar itself is asked: it refuses
 * some short names that the platform knows, since they mean several zones (`IST`).
 */
export const isTimeZone = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name) && isKnown(name);

export const localDateTime = (at: Instant, zone: TimeZone): LocalDateTime => written(localMs(at, zone));

/** 1 to 31. */
export const localDay = (at: Instant, zone: TimeZone): number => localDate(at, zone).day;

/** `N` days on: the later of the calendar reading and `N` × 24 h. */
export const plusDays = (at: Instant, zone: TimeZone, days: number): Instant => later(plusLocalDays(at, zone, days), plusMs(at, days * dayMs));

/** Same local date and time `years` on; Feb 29 becomes Feb 28; never less than 365 × 24 h a year. */
export const plusYears = (at: Instant, zone: TimeZone, years: number): Instant => later(toInstant(monthsOn(localMs(at, zone), 12 * years), zone), plusMs(at, years * 365 * dayMs));

/** `N` days on by the wall clock alone, as a trial is counted (A7). */
export const plusLocalDays = (at: Instant, zone: TimeZone, days: number): Instant => toInstant(localMs(at, zone) + days * dayMs, zone);

/** The anchor moved on by whole months: day 31 gives Feb 28/29, Mar 31, Apr 30, and never drifts. */
export const plusMonths = (anchor: LocalDateTime, zone: TimeZone, months: number): Instant => toInstant(monthsOn(parsed(anchor), months), zone);

/** The same time of the day on that day of the month, so many months before; `null`: the month is too short for it. */
export function onDayOfMonth(local: LocalDateTime, day: number, monthsBefore: number): LocalDateTime | null {
  const ms = parsed(local);
  const { year, month } = inMonth(dateOf(daysIn(ms)), -monthsBefore, 1);
  return day > daysInMonth(year, month) ? null : written(onDate(ms, { year, month, day }));
}

/**
 * The first local midnight after `after` that begins the anchor day of a month, or the last day of a month too short
 * for it (A8).
 */
export function nextMonthlyMidnight(after: Instant, zone: TimeZone, anchorDay: number): Instant {
  const date = localDate(after, zone);
  for (let ahead = 0; ; ahead += 1) {
    const boundary = toInstant(daysOf(inMonth(date, ahead, anchorDay)) * dayMs, zone);
    if (boundary > after) return boundary;
  }
}

/** When that local date begins. */
export const localMidnight = (date: number, zone: TimeZone): Instant =>
  toInstant(daysOf({ year: Math.floor(date / 10_000), month: Math.floor(date / 100) % 100, day: date % 100 }) * dayMs, zone);

/** When the next local date begins. */
export const nextMidnight = (at: Instant, zone: TimeZone): Instant => toInstant((daysIn(localMs(at, zone)) + 1) * dayMs, zone);

/** How many days one local date lies after another. */
export const localDaysBetween = (start: Instant, end: Instant, zone: TimeZone): number => daysIn(localMs(end, zone)) - daysIn(localMs(start, zone));

/** The local date as a number, e.g. 20260430. */
export function localDateNumber(at: Instant, zone: TimeZone): number {
  const { year, month, day } = localDate(at, zone);
  return year * 10_000 + month * 100 + day;
}
