// Gathers what comes in while transactions run, so that the next one carries out many; what comes when nothing is under way goes at once.
import { performance } from 'node:perf_hooks';
import { limits } from './limits.js';

/** What waits: for one account, which is in one transaction at a time. */
export interface Waiting {
  readonly accountId: string;
  /** What it is about, as JSON. */
  readonly bytes: number;
}

interface Gathered<Item> {
  readonly item: Item;
  readonly sinceMs: number;
}

/** Of one shard of the log: its transactions follow each other at their commit. */
export class Gathering<Item extends Waiting> {
  private queue: Gathered<Item>[] = [];
  private readonly accounts = new Set<string>();
  private underWay: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** `carryOut` never rejects: each item is told what became of it. */
  constructor(private readonly carryOut: (items: readonly Item[]) => Promise<void>) {}

  add(item: Item): void {
    this.queue.push({ item, sinceMs: performance.now() });
    this.send();
  }

  private send(): void {
    while (this.queue.length > 0 && this.isTime()) {
      const items = this.take();
      if (items.length === 0) return;
      void this.sendOne(items);
    }
  }

  private async sendOne(items: readonly Item[]): Promise<void> {
    this.underWay.push(items.length);
    for (const { accountId } of items) this.accounts.add(accountId);
    await this.carryOut(items);
    this.underWay.splice(this.underWay.indexOf(items.length), 1);
    for (const { accountId } of items) this.accounts.delete(accountId);
    this.send();
  }

  /** A second transaction beside the one under way is worth it when it carries out as many, or when they have waited. */
  private isTime(): boolean {
    if (this.underWay.length === 0) return true;
    if (this.underWay.length >= limits.underWayMost) return false;
    const enough = Math.min(limits.accountsMost, Math.max(...this.underWay));
    const waitedMs = performance.now() - this.queue[0]!.sinceMs;
    if (this.queue.length >= enough || waitedMs >= limits.gatherMs) return true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.send();
    }, Math.ceil(limits.gatherMs - waitedMs));
    return false;
  }

  /** The first of each account that is not under way, in the order in which they came. */
  private take(): Item[] {
    const taken: Item[] = [];
    const left: Gathered<Item>[] = [];
    const accounts = new Set(this.accounts);
    let bytes = 0;
    for (const one of this.queue) {
      const { item } = one;
      const fits = taken.length === 0 || (taken.length < limits.accountsMost && bytes + item.bytes <= limits.bytesMost);
      if (fits && !accounts.has(item.accountId)) {
        taken.push(item);
        bytes += item.bytes;
      } else {
        left.push(one);
      }
      // What came later for the same account comes after it.
      accounts.add(item.accountId);
    }
    this.queue = left;
    return taken;
  }
}
