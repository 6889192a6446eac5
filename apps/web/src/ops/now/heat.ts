// What comes within seven days, as days of 24 hours each, and how much that is beside the rest.
export interface Upcoming {
  readonly kind: string;
  readonly hour: string;
  readonly count: number;
}

export interface Cell {
  /** When the hour begins. */
  readonly hour: string;
  readonly count: number;
  /** 0: nothing; 3: far more than the other hours. */
  readonly heat: 0 | 1 | 2 | 3;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Days in UTC, the first one that of `now`; `null`: an hour that is over or lies beyond the seven days. */
export function heatOf(upcoming: readonly Upcoming[], now: string): readonly { readonly day: string; readonly cells: readonly (Cell | null)[] }[] {
  const counts = new Map<number, number>();
  for (const { hour, count } of upcoming) counts.set(Date.parse(hour), (counts.get(Date.parse(hour)) ?? 0) + count);
  const usual = [...counts.values()].sort((a, b) => a - b)[Math.floor(counts.size / 2)] ?? 0;
  const from = Math.floor(Date.parse(now) / hourMs) * hourMs;
  const firstDay = Math.floor(from / dayMs) * dayMs;
  const days = Math.ceil((from + 7 * dayMs - firstDay) / dayMs);
  return Array.from({ length: days }, (_, index) => {
    const day = firstDay + index * dayMs;
    const cells = Array.from({ length: 24 }, (_cell, clock): Cell | null => {
      const at = day + clock * hourMs;
      if (at < from || at > from + 7 * dayMs) return null;
      const count = counts.get(at) ?? 0;
      return { hour: new Date(at).toISOString(), count, heat: count === 0 ? 0 : count > 10 * usual ? 3 : count > 2 * usual ? 2 : 1 };
    });
    return { day: new Date(day).toISOString().slice(0, 10), cells };
  });
}

/** Within 24 hours and within seven days, the kind with most within the week first. */
export function totalsOf(upcoming: readonly Upcoming[], now: string): readonly { readonly kind: string; readonly day: number; readonly week: number }[] {
  const until = Date.parse(now) + dayMs;
  const kinds = [...new Set(upcoming.map(({ kind }) => kind))];
  const sum = (of: readonly Upcoming[]): number => of.reduce((all, { count }) => all + count, 0);
  return kinds
    .map((kind) => {
      const own = upcoming.filter((one) => one.kind === kind);
      return { kind, day: sum(own.filter(({ hour }) => Date.parse(hour) < until)), week: sum(own) };
    })
    .sort((a, b) => b.week - a.week || (a.kind < b.kind ? -1 : 1));
}
