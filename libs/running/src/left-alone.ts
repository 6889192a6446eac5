// What this process leaves to others for a while, because it was written by a newer release than its own.
import { performance } from 'node:perf_hooks';

const forMs = 60_000;

export class LeftAlone {
  private readonly until = new Map<string, number>();

  /** Answers whether it is news. */
  add(key: string): boolean {
    const known = this.keys().includes(key);
    this.until.set(key, performance.now() + forMs);
    return !known;
  }

  has(key: string): boolean {
    return (this.until.get(key) ?? 0) > performance.now();
  }

  keys(): readonly string[] {
    for (const [key, until] of this.until) if (until <= performance.now()) this.until.delete(key);
    return [...this.until.keys()];
  }
}
