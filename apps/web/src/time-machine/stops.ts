// Where the year stops: the dates that the service has told, and the way along them that a slider goes, each part as long as the others.
import type { Reading } from './reading.js';

export const stopKinds = ['period-end', 'release-numbers', 'expire-ten-dlc', 'purge-data'] as const;
export type StopKind = (typeof stopKinds)[number];

export interface Stop {
  readonly kind: StopKind;
  /** In milliseconds since 1970, as everything here. */
  readonly at: number;
}

const isStop = (kind: string): kind is StopKind => stopKinds.some((one) => one === kind);

/** In order of time; before the last plan is cancelled only the ends of periods are known. Of a kind that comes again, the latest. */
export function stopsOf({ membership, deadlines }: Pick<Reading, 'membership' | 'deadlines'>): readonly Stop[] {
  const told = [...deadlines, ...(membership?.deadlines ?? [])].filter(({ status }) => status !== 'void');
  const latest = new Map<StopKind, number>();
  for (const { kind, dueAt } of told) if (isStop(kind)) latest.set(kind, Math.max(latest.get(kind) ?? 0, Date.parse(dueAt)));
  return [...latest].map(([kind, at]) => ({ kind, at })).sort((one, other) => one.at - other.at);
}

const dayMs = 86_400_000;
/** How long a part is drawn for while nothing has been told that would end it. */
const usualMs: Readonly<Record<StopKind, number>> = { 'period-end': 31 * dayMs, 'release-numbers': 14 * dayMs, 'expire-ten-dlc': 16 * dayMs, 'purge-data': 335 * dayMs };
const afterwardsMs = 31 * dayMs;
export const partSteps = 200;

/** Five parts: up to each stop, and a month more. */
export class Way {
  readonly ends: readonly number[];

  constructor(beganAt: number, stops: readonly Stop[]) {
    const ends = [beganAt];
    for (const kind of stopKinds) {
      const last = ends.at(-1)!;
      const at = stops.find((stop) => stop.kind === kind)?.at ?? 0;
      ends.push(at > last ? at : last + usualMs[kind]);
    }
    this.ends = [...ends, ends.at(-1)! + afterwardsMs];
  }

  get length(): number {
    return (this.ends.length - 1) * partSteps;
  }

  /** Between 0 and {@link length}. */
  positionOf(at: number): number {
    const next = this.ends.findIndex((end) => end > at);
    if (next === -1) return this.length;
    if (next === 0) return 0;
    const [from, to] = [this.ends[next - 1]!, this.ends[next]!];
    return (next - 1 + (at - from) / (to - from)) * partSteps;
  }

  /** To the whole minute, and at the end of a part exactly there. */
  instantAt(position: number): number {
    const part = Math.min(Math.floor(position / partSteps), this.ends.length - 2);
    const rest = position / partSteps - part;
    const [from, to] = [this.ends[part]!, this.ends[part + 1]!];
    if (rest === 0) return from;
    return rest === 1 ? to : Math.round((from + (to - from) * rest) / 60_000) * 60_000;
  }
}
