// How the periods of a plan that was billed elsewhere go on: the period that it is in stays as it was sold, and those that follow are counted by the calendar.
import type { Instant } from '#kernel';
import { localDateTime, onDayOfMonth, plusMonths, type LocalDateTime, type TimeZone } from '../calendar.js';

export interface Course {
  /** The wall clock from which periods are counted. */
  readonly anchor: LocalDateTime;
  /** Whole months from there to the end of the period. */
  readonly monthsFromAnchor: number;
}

/**
 * The course on which a period ends at `end`: counted from the start of the plan where that leads there, else from the agreed day of the month, else from the
 * day of the end itself. `null`: the agreed day is not the one on which it ends.
 */
export function courseTo(end: Instant, timeZone: TimeZone, startedAt: Instant, anchorDay: number | null): Course | null {
  const ends = localDateTime(end, timeZone);
  const starts = localDateTime(startedAt, timeZone);
  const leadsThere = ({ anchor, monthsFromAnchor }: Course): boolean => plusMonths(anchor, timeZone, monthsFromAnchor) === end;
  const fromStart = { anchor: starts, monthsFromAnchor: monthsBetween(starts, ends) };
  if ((anchorDay === null || dayOf(starts) === anchorDay) && leadsThere(fromStart)) return fromStart;
  if (anchorDay === null) return { anchor: ends, monthsFromAnchor: 0 };
  // A month that is too short for the day is never followed by another one.
  return [0, 1].flatMap((back) => anchoredOn(anchorDay, ends, back)).find(leadsThere) ?? null;
}

/** The same course by its start: `months` before the end of the period. `null`: no day of that month leads there. */
export function beginningOf({ anchor, monthsFromAnchor }: Course, months: number, end: Instant, timeZone: TimeZone): LocalDateTime | null {
  const [found] = anchoredOn(dayOf(anchor), anchor, months - monthsFromAnchor);
  return found && plusMonths(found.anchor, timeZone, months) === end ? found.anchor : null;
}

/** Which of the plan's periods, as far as can be told: the first is 1. */
export function periodNumberOf(startedAt: Instant, period: { readonly start: Instant; readonly end: Instant }, timeZone: TimeZone, months: number): number {
  const counted = Math.ceil(monthsBetween(localDateTime(startedAt, timeZone), localDateTime(period.end, timeZone)) / months);
  return Math.max(counted, period.start > startedAt ? 2 : 1);
}

function anchoredOn(day: number, local: LocalDateTime, monthsBefore: number): readonly Course[] {
  const anchor = onDayOfMonth(local, day, monthsBefore);
  return anchor === null ? [] : [{ anchor, monthsFromAnchor: monthsBefore }];
}

/** By their numbers in the year, whatever the days. */
const monthsBetween = (start: LocalDateTime, end: LocalDateTime): number => monthOf(end) - monthOf(start);

/** Months since the year 0. */
const monthOf = (local: LocalDateTime): number => Number(local.slice(0, 4)) * 12 + Number(local.slice(5, 7)) - 1;

const dayOf = (local: LocalDateTime): number => Number(local.slice(8, 10));
