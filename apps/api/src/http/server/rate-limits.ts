// How much one caller may ask of one process: a fixed window of a minute, in memory, so that N processes allow N times as much.
import { LRUCache } from 'lru-cache';
import { Problem } from '../problems/problems.js';

const windowMs = 60_000;

/** Whoever was counted longest ago begins anew where more callers come within a minute. */
const callersMost = 100_000;

export class RateLimits {
  private windowEndsAt = 0;
  private readonly used = new LRUCache<string, number>({ max: callersMost });

  /** `perMinute`: 0 turns the limit off. */
  constructor(private readonly perMinute: number) {}

  /** Counts a request, and answers the headers that tell the caller where he stands. Throws `too_many_requests`. */
  spend(caller: string): Readonly<Record<string, string>> {
    if (this.perMinute === 0) return {};
    const used = this.usedBy(caller) + 1;
    this.used.set(caller, used);
    const headers = this.headers(used);
    if (used > this.perMinute) throw new Problem('too_many_requests', { headers: { ...headers, 'retry-after': headers['ratelimit-reset'] } });
    return headers;
  }

  private usedBy(caller: string): number {
    if (performance.now() >= this.windowEndsAt) {
      this.used.clear();
      this.windowEndsAt = performance.now() + windowMs;
    }
    return this.used.get(caller) ?? 0;
  }

  private headers(used: number) {
    return {
      'ratelimit-limit': String(this.perMinute),
      'ratelimit-remaining': String(Math.max(0, this.perMinute - used)),
      'ratelimit-reset': String(Math.max(1, Math.ceil((this.windowEndsAt - performance.now()) / 1000))),
    };
  }
}
