// Every date a second time, by Temporal itself: in all zones of the platform, at what their clocks skip and repeat, and under rules that nobody has.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { dayMs, instant, later, plusMs, type Instant } from '#kernel';
import * as calendar from './calendar.js';
import { platformRules, Zone, zoneOf, type ZoneRules } from './zone.js';

/** How often each property is tried; `DATES=100000` for a long look. */
const numRuns = Number(process.env['DATES'] ?? 300);

const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/GMT+12', 'US/Pacific', 'europe/berlin'];

const local = (at: Instant, zone: string): Temporal.PlainDateTime => Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDateTime();
const back = (date: Temporal.PlainDateTime, zone: string): Instant => instant(date.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds);
const text = (date: Temporal.PlainDateTime): string => date.toString({ fractionalSecondDigits: 3 });
const number = ({ year, month, day }: Temporal.PlainDate): number => year * 10_000 + month * 100 + day;

function nextMonthlyMidnight(after: Instant, zone: string, anchorDay: number): Instant {
  const month = local(after, zone).toPlainDate().toPlainYearMonth();
  for (let ahead = 0; ; ahead += 1) {
    const boundary = back(month.add({ months: ahead }).toPlainDate({ day: anchorDay }).toPlainDateTime(), zone);
    if (boundary > after) return boundary;
  }
}

function onDayOfMonth(anchor: string, day: number, monthsBefore: number): string | null {
  const month = Temporal.PlainDateTime.from(anchor).with({ day: 1 }).subtract({ months: monthsBefore });
  return day > month.daysInMonth ? null : text(month.with({ day }));
}

const known = new Map<string, readonly number[]>();

/** The instants at which the clocks of a zone are changed, from 2014 to 2032, and at least one. */
function changesOf(zone: string): readonly number[] {
  const found = known.get(zone) ?? [];
  if (found.length > 0) return found;
  const changes: number[] = [];
  const { nextChange } = platformRules(zone);
  for (let at = nextChange(Date.UTC(2014, 0)); at !== null && at < Date.UTC(2032, 0); at = nextChange(at)) changes.push(at);
  const some = changes.length > 0 ? changes : [nextChange(Date.UTC(1900, 0)) ?? Date.UTC(2026, 0)];
  known.set(zone, some);
  return some;
}

/** Mostly within a day and a half of a change, where dates are hard; else anywhere in two centuries. */
const instants = (zone: string): fc.Arbitrary<Instant> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...changesOf(zone)), fc.oneof(fc.constantFrom(-dayMs, -3_600_000, -1, 0, 1, 3_600_000, dayMs), fc.integer({ min: -1.5 * dayMs, max: 1.5 * dayMs }))).map(([at, by]) => instant(at + by)) },
    { weight: 1, arbitrary: fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) }).map(instant) },
  );

const placed = fc.constantFrom(...zones).chain((zone) => fc.record({ zone: fc.constant(zone), at: instants(zone), other: instants(zone), days: fc.integer({ min: -40, max: 800 }), months: fc.integer({ min: -30, max: 60 }), day: fc.integer({ min: 1, max: 31 }) }));

describe('every date is that of Temporal', () => {
  it('in any zone, at any instant', () => {
    fc.assert(fc.property(placed, ({ zone, at, other, days, months, day }) => {
      const there = local(at, zone);
      const anchor = text(there);
      expect({
        localDateTime: calendar.localDateTime(at, zone),
        localDay: calendar.localDay(at, zone),
        localDateNumber: calendar.localDateNumber(at, zone),
        plusDays: calendar.plusDays(at, zone, days),
        plusLocalDays: calendar.plusLocalDays(at, zone, days),
        plusYears: calendar.plusYears(at, zone, months % 6),
        plusMonths: calendar.plusMonths(anchor, zone, months),
        onDayOfMonth: calendar.onDayOfMonth(anchor, day, months),
        nextMonthlyMidnight: calendar.nextMonthlyMidnight(at, zone, day),
        localMidnight: calendar.localMidnight(number(there.toPlainDate()), zone),
        nextMidnight: calendar.nextMidnight(at, zone),
        localDaysBetween: calendar.localDaysBetween(at, other, zone),
      }).toEqual({
        localDateTime: anchor,
        localDay: there.day,
        localDateNumber: number(there.toPlainDate()),
        plusDays: later(back(there.add({ days }), zone), plusMs(at, days * dayMs)),
        plusLocalDays: back(there.add({ days }), zone),
        plusYears: later(back(there.add({ years: months % 6 }), zone), plusMs(at, (months % 6) * 365 * dayMs)),
        plusMonths: back(there.add({ months }), zone),
        onDayOfMonth: onDayOfMonth(anchor, day, months),
        nextMonthlyMidnight: nextMonthlyMidnight(at, zone, day),
        localMidnight: back(there.toPlainDate().toPlainDateTime(), zone),
        nextMidnight: back(there.toPlainDate().add({ days: 1 }).toPlainDateTime(), zone),
        localDaysBetween: there.toPlainDate().until(local(other, zone).toPlainDate()).days,
      });
    }), { seed: 20_261_128, numRuns });
  });

  it('at every change of every zone of the platform: before it, at it, and when clocks show what it skips or repeats', () => {
    const differs: string[] = [];
    for (const name of zones) {
      const zone = zoneOf(name);
      for (const change of changesOf(name)) {
        for (const at of [change - 1, change]) {
          const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name);
          if (zone.offsetAt(at) !== there.offsetNanoseconds / 1_000_000) differs.push(`${name} ${at}`);
        }
        for (const shown of [change + zone.offsetAt(change - 1), change + zone.offsetAt(change)]) {
          const date = Temporal.Instant.fromEpochMilliseconds(shown).toZonedDateTimeISO('UTC').toPlainDateTime();
          if (zone.instantOf(shown) !== date.toZonedDateTime(name, { disambiguation: 'later' }).epochMilliseconds) differs.push(`${name} shows ${shown}`);
        }
      }
    }
    expect(differs).toEqual([]);
  });

  it('where a local date has no midnight, and where there is no such date', () => {
    expect(calendar.localMidnight(20_181_104, 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z');
    expect(calendar.nextMidnight(instant('2011-12-30T05:00:00Z'), 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(calendar.localMidnight(20_111_230, 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  });
});

/** Clocks that are changed by up to two hours, some days apart at the soonest: as no zone's are. */
const changing = fc.record({ first: fc.integer({ min: -48, max: 56 }), changes: fc.array(fc.record({ days: fc.integer({ min: 5, max: 250 }), quarters: fc.integer({ min: -8, max: 8 }) }), { minLength: 1, maxLength: 12 }) });

interface Changes {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

const changesFrom = ({ first, changes }: { readonly first: number; readonly changes: readonly { readonly days: number; readonly quarters: number }[] }): Changes =>
  changes.reduce<Changes>(({ starts, offsets }, { days, quarters }) => ({
    starts: [...starts, Math.max(starts.at(-1)!, Date.UTC(2025, 0)) + days * dayMs],
    offsets: [...offsets, offsets.at(-1)! + quarters * 900_000],
  }), { starts: [-8.64e15], offsets: [first * 900_000] });

const rulesFrom = ({ starts, offsets }: Changes): ZoneRules => ({
  offsetAt: (at) => offsets[starts.findLastIndex((start) => start <= at)]!,
  nextChange: (at) => starts.find((start) => start > at) ?? null,
});

describe('a zone goes by the rules that it is handed, whatever they were in another build', () => {
  it('and shows each instant once, twice or never, as they say', () => {
    fc.assert(fc.property(changing, fc.nat(), fc.integer({ min: -2 * dayMs, max: 2 * dayMs }), (drawn, place, by) => {
      const changes = changesFrom(drawn);
      const rules = rulesFrom(changes);
      const zone = new Zone(rules);
      const change = 1 + (place % drawn.changes.length);
      const [start, before, after] = [changes.starts[change]!, changes.offsets[change - 1]!, changes.offsets[change]!];
      const at = start + by;
      expect(zone.offsetAt(at)).toBe(rules.offsetAt(at));
      const shown = at + rules.offsetAt(at);
      expect(zone.instantOf(shown)).toBe(Math.max(...changes.offsets.map((offset) => shown - offset).filter((then) => then + rules.offsetAt(then) === shown)));
      for (let skipped = start + before; skipped < start + after; skipped += 450_000) expect(zone.instantOf(skipped)).toBe(skipped - before);
    }), { seed: 20_261_128, numRuns });
  });
});
