// Dates of the calendar as whole numbers, without a zone: days since 1970-01-01, years, months and days of the month.

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** Of 400 years, after which the calendar repeats itself; they are counted from a March 1, so that the leap day comes last. */
const daysOfEra = 146_097;
const daysBefore1970 = 719_468;

/** Days since 1970-01-01. */
export function daysOf({ year, month, day }: CivilDate): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * daysOfEra + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - daysBefore1970;
}

/** The date so many days after 1970-01-01. */
export function dateOf(days: number): CivilDate {
  const sinceMarch = days + daysBefore1970;
  const era = Math.floor(sinceMarch / daysOfEra);
  const dayOfEra = sinceMarch - era * daysOfEra;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: era * 400 + yearOfEra + (month > 2 ? 0 : 1), month, day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export const daysInMonth = (year: number, month: number): number => (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : lengths[month - 1]!);

/** That day of the month so many months on, or the last one of a month too short for it. */
export function inMonth({ year, month }: CivilDate, monthsOn: number, day: number): CivilDate {
  const months = year * 12 + month - 1 + monthsOn;
  const [inYear, ofYear] = [Math.floor(months / 12), months - Math.floor(months / 12) * 12 + 1];
  return { year: inYear, month: ofYear, day: Math.min(day, daysInMonth(inYear, ofYear)) };
}
