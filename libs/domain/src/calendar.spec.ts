// The vectors of the contract for A5, and what the wall clock does on the days it is changed.
import { describe, expect, it } from '@jest/globals';
import { instant } from '#kernel';
import { isTimeZone, localDateTime, nextMonthlyMidnight, plusDays, plusMonths, plusYears } from './calendar.js';

const losAngeles = 'America/Los_Angeles';

describe('deadlines take the later of two readings', () => {
  it.each([
    { zone: losAngeles, end: '2026-04-30T07:00Z', d14: '2026-05-14T07:00Z', d30: '2026-05-30T07:00Z', year: '2027-04-30T07:00Z' },
    { zone: losAngeles, end: '2026-10-25T07:00Z', d14: '2026-11-08T08:00Z', d30: '2026-11-24T08:00Z', year: '2027-10-25T07:00Z' },
    { zone: 'UTC', end: '2028-02-29T00:00Z', d14: '2028-03-14T00:00Z', d30: '2028-03-30T00:00Z', year: '2029-02-28T00:00Z' },
    // Spring forward: 14 local days are an hour short of 14 × 24 h, so the hours decide.
    { zone: losAngeles, end: '2026-03-01T08:00Z', d14: '2026-03-15T08:00Z', d30: '2026-03-31T08:00Z', year: '2027-03-01T08:00Z' },
  ])('$zone $end', ({ zone, end, d14, d30, year }) => {
    const at = instant(Date.parse(end));
    const ms = (text: string) => instant(Date.parse(text));
    expect(plusDays(at, zone, 14)).toBe(ms(d14));
    expect(plusDays(at, zone, 30)).toBe(ms(d30));
    expect(plusYears(at, zone, 1)).toBe(ms(year));
  });

  it('never gives a year less than 365 × 24 h, nor 14 days less than 14 × 24 h, all through a year in any of these zones', () => {
    for (const zone of [losAngeles, 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'America/St_Johns']) {
      for (let hour = 0; hour < 366 * 24; hour += 53) {
        const at = instant(Date.UTC(2011, 5, 1) + hour * 3_600_000);
        expect(Date.parse(plusDays(at, zone, 14)) - Date.parse(at)).toBeGreaterThanOrEqual(14 * 86_400_000);
        expect(Date.parse(plusYears(at, zone, 1)) - Date.parse(at)).toBeGreaterThanOrEqual(365 * 86_400_000);
      }
    }
  });
});

describe('billing periods', () => {
  it('keep anchor day 31 through the short months and never drift', () => {
    const ends = [1, 2, 3, 4, 12].map((months) => plusMonths('2023-12-31T09:30:00.000', losAngeles, months));
    expect(ends).toEqual(['2024-01-31T17:30:00.000Z', '2024-02-29T17:30:00.000Z', '2024-03-31T16:30:00.000Z', '2024-04-30T16:30:00.000Z', '2024-12-31T17:30:00.000Z']);
  });

  it('mean the later instant when a local time is skipped or repeated', () => {
    expect(plusMonths('2026-02-08T02:30:00.000', losAngeles, 1)).toBe('2026-03-08T10:30:00.000Z');
    expect(plusMonths('2026-10-01T01:30:00.000', losAngeles, 1)).toBe('2026-11-01T09:30:00.000Z');
    expect(localDateTime(instant('2026-11-01T09:30:00Z'), losAngeles)).toBe('2026-11-01T01:30:00.000');
  });
});

describe('number billing', () => {
  it('falls on local midnight of the anchor day, on the last day of short months', () => {
    const boundaries: string[] = [];
    let after = instant('2026-01-10T00:00:00Z');
    for (let month = 0; month < 4; month += 1) boundaries.push((after = nextMonthlyMidnight(after, 'UTC', 31)));
    expect(boundaries.map((one) => one.slice(0, 10))).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
  });

  it('takes the boundary after, never the one at hand', () => {
    expect(nextMonthlyMidnight(instant('2026-04-15T07:00:00Z'), losAngeles, 15)).toBe('2026-05-15T07:00:00.000Z');
    expect(nextMonthlyMidnight(instant('2026-04-15T06:59:59.999Z'), losAngeles, 15)).toBe('2026-04-15T07:00:00.000Z');
  });
});

describe('a time zone', () => {
  /** Known to the platform, and refused by the calendar: each means several zones. */
  const ambiguous = 'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' ');

  it.each(['UTC', 'America/Los_Angeles', 'europe/berlin', 'Asia/Calcutta', 'EST', 'Etc/GMT+12'])('is %s, and every date can be told in it', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
    expect(plusMonths(localDateTime(instant('2026-01-31T12:00:00Z'), zone), zone, 1)).toMatch(/^2026-0[23]/);
  });

  it.each(['+02:00', 'Mars/Olympus', '', 'UTC ', ...ambiguous, 'pst'])('is not "%s"', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
  });
});
