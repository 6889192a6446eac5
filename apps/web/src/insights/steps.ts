// The names of steps, by the calendar of the zone that was asked for.
import type { Asked } from './asked.js';

/** `2026-05-03`; of longer steps `2026-05`, `2026-Q2`, `2026`; with its time where it does not begin with a day. Rows are many and steps are few: each is worked out once. */
export function stepNames({ interval, zone = 'UTC' }: Asked): (start: string) => string {
  const format = formatIn(zone);
  const known = new Map<string, string>();
  return (start) => {
    const name = known.get(start) ?? nameOf(partsOf(format, start), interval);
    known.set(start, name);
    return name;
  };
}

type Parts = Readonly<Record<'year' | 'month' | 'day' | 'time', string>>;

function nameOf({ year, month, day, time }: Parts, interval: string | undefined): string {
  if (time !== '00:00') return `${year}-${month}-${day} ${time}`;
  if (interval === 'month' && day === '01') return `${year}-${month}`;
  if (interval === 'quarter' && day === '01' && Number(month) % 3 === 1) return `${year}-Q${(Number(month) + 2) / 3}`;
  if (interval === 'year' && day === '01' && month === '01') return year;
  return `${year}-${month}-${day}`;
}

/** A zone that this browser does not know is told in UTC; the service refuses one that it does not know itself. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en', { ...parts, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en', { ...parts, timeZone: 'UTC' });
  }
}

function partsOf(format: Intl.DateTimeFormat, at: string): Parts {
  const parts = Object.fromEntries(format.formatToParts(Date.parse(at)).map(({ type, value }) => [type, value]));
  return { year: parts['year'] ?? '', month: parts['month'] ?? '', day: parts['day'] ?? '', time: `${parts['hour'] ?? ''}:${parts['minute'] ?? ''}` };
}
