// The offsets of a time zone in whole milliseconds: asked once for each stretch of time, and looked up from then on.
import { Temporal } from 'temporal-polyfill';
import { dayMs } from '#kernel';

/** Whoever knows the rules of a zone. */
export interface ZoneRules {
  /** How far local clocks are ahead of UTC at that instant. */
  readonly offsetAt: (at: number) => number;
  /** The first instant behind `at` at which that changes; `null`: none is known. */
  readonly nextChange: (at: number) => number | null;
}

/** From `starts[n]` until `starts[n + 1]` local clocks are `offsets[n]` ahead of UTC. */
interface Offsets {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/** A good year. */
const stretchMs = 2 ** 35;

/** No local clock is further from UTC, and no change is longer. */
const aroundMs = 2 * dayMs;

const stretchesMost = 100;

export class Zone {
  private readonly stretches = new Map<number, Offsets>();

  constructor(private readonly rules: ZoneRules) {}

  /** How far local clocks are ahead of UTC at that instant. */
  offsetAt(at: number): number {
    const { starts, offsets } = this.around(at);
    let n = starts.length - 1;
    while (n > 0 && at < starts[n]!) n -= 1;
    return offsets[n]!;
  }

  /** When local clocks show `local`: the later instant where they do twice; where they skip it, the one at which they would show it without the change. */
  instantOf(local: number): number {
    const { starts, offsets } = this.around(local);
    let n = starts.length - 1;
    while (n > 0 && local - offsets[n]! < starts[n]!) n -= 1;
    return local - offsets[n]!;
  }

  private around(at: number): Offsets {
    const stretch = Math.floor(at / stretchMs);
    const known = this.stretches.get(stretch);
    if (known) return known;
    if (this.stretches.size >= stretchesMost) this.stretches.clear();
    const offsets = this.read(stretch * stretchMs - aroundMs, (stretch + 1) * stretchMs + aroundMs);
    this.stretches.set(stretch, offsets);
    return offsets;
  }

  private read(from: number, to: number): Offsets {
    const { offsetAt, nextChange } = this.rules;
    const [starts, offsets] = [[from], [offsetAt(from)]];
    for (let change = nextChange(from); change !== null && change < to; change = nextChange(change)) {
      starts.push(change);
      offsets.push(offsetAt(change));
    }
    return { starts, offsets };
  }
}

/** The rules that the platform has of a zone. Throws `RangeError` for what is none. */
export function platformRules(name: string): ZoneRules {
  const at = (ms: number): Temporal.ZonedDateTime => new Temporal.ZonedDateTime(BigInt(ms) * 1_000_000n, name);
  at(0);
  return {
    offsetAt: (ms) => at(ms).offsetNanoseconds / 1_000_000,
    nextChange: (ms) => at(ms).getTimeZoneTransition('next')?.epochMilliseconds ?? null,
  };
}

const zonesMost = 1_000;

const zones = new Map<string, Zone>();

/** Throws `RangeError` for what is no zone. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  if (zones.size >= zonesMost) zones.clear();
  const zone = new Zone(platformRules(name));
  zones.set(name, zone);
  return zone;
}
