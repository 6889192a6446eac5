// How much one caller may ask of one process: in fixed windows, in memory, so that N processes allow N times as much.
import { LRUCache } from 'lru-cache';
import { Problem } from '../problems/problems.js';

/** Whoever was counted longest ago begins anew where more callers come within a window. */
const callersMost = 100_000;

export class RateLimits {
  private windowEndsAt = 0;
  private readonly used = new LRUCache<string, number>({ max: callersMost });

  /** `most` within `windowMs`: 0 turns the limit off. `detail`: what whoever asks more is told. */
  constructor(
    private readonly most: number,
    private readonly windowMs: number,
    private readonly detail?: string,
  ) {}

  /** Counts what is asked, and answers the headers that tell the caller where he stands. Throws `too_many_requests`. */
  spend(caller: string): Readonly<Record<string, string>> {
    if (this.most === 0) return {};
    const used = this.usedBy(caller) + 1;
    this.used.set(caller, used);
    const headers = this.headers(used);
    if (used > this.most) throw new Problem('too_many_requests', { ...(this.detail !== undefined && { detail: this.detail }), headers: { ...headers, 'retry-after': headers['ratelimit-reset'] } });
    return headers;
  }

  private usedBy(caller: string): number {
    if (performance.now() >= this.windowEndsAt) {
      this.used.clear();
      this.windowEndsAt = performance.now() + this.windowMs;
    }
    return this.used.get(caller) ?? 0;
  }

  private headers(used: number) {
    return {
      'ratelimit-limit': String(this.most),
      'ratelimit-remaining': String(Math.max(0, this.most - used)),
      'ratelimit-reset': String(Math.max(1, Math.ceil((this.windowEndsAt - performance.now()) / 1000))),
    };
  }
}
