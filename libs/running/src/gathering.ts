// Gathers what comes in while something is carried out, so that next time many are, together; what comes when nothing is under way goes at once.
import { performance } from 'node:perf_hooks';

export interface GatheringLimits {
  /** Items that are carried out together. */
  readonly most: number;
  /** Of all of them; one that is larger goes by itself. */
  readonly bytesMost: number;
  /** So many times at once. */
  readonly underWayMost: number;
  /** How long the first of those that gather waits for more, while others are carried out. */
  readonly gatherMs: number;
  /** How long one waits, and how many do, before it is refused; absent: whoever asks sees to that. */
  readonly waiting?: { readonly longestMs: number; readonly most: number; /** Of one subject. */ readonly mostOfSubject?: number };
}

/** Its turn has not come in time, or too many wait already: it was not carried out. */
export class NotCarriedOut extends Error {
  override name = 'NotCarriedOut';
  /** Whoever retries neither counts this nor gives up. */
  readonly unavailable = true;
}

/** Of what failed together: tried again in so many parts, one culprit costs the others little, and many culprits little more. */
const partsMost = 8;

export const inParts = <Item>(items: readonly Item[]): readonly (readonly Item[])[] => {
  const size = Math.ceil(items.length / partsMost);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
};

export interface Waiting {
  /** What it is about: of one subject, one is carried out at a time, in the order in which they came. */
  readonly subject: string;
  /** On whose behalf: of what several want, the first of each goes before the second of anybody. Of one subject the order stays that of coming while one alone wants it. */
  readonly of?: string;
  readonly bytes: number;
  /** It was not carried out. */
  readonly failed: (error: unknown) => void;
}

interface Gathered<Item> {
  readonly item: Item;
  readonly sinceMs: number;
}

export class Gathering<Item extends Waiting> {
  private queue: Gathered<Item>[] = [];
  private readonly subjects = new Set<string>();
  private underWay: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private clearing: NodeJS.Timeout | undefined;
  private readonly ofSubject = new Map<string, number>();
  private refused = 0;

  /** `carryOut` never rejects: each item is told what became of it. */
  constructor(
    private readonly limits: GatheringLimits,
    private readonly carryOut: (items: readonly Item[]) => Promise<void>,
  ) {}

  add(item: Item): void {
    const { waiting } = this.limits;
    if (waiting && this.queue.length >= waiting.most) return this.refuse(item, 'too many wait already');
    const count = this.ofSubject.get(item.subject) ?? 0;
    if (waiting?.mostOfSubject !== undefined && count >= waiting.mostOfSubject) return this.refuse(item, 'too many wait for the same already');
    this.ofSubject.set(item.subject, count + 1);
    this.queue.push({ item, sinceMs: performance.now() });
    this.send();
    if (waiting) this.clearLater(waiting.longestMs);
  }

  /** How many wait. */
  get waitingNow(): number {
    return this.queue.length;
  }

  /** How many were not carried out, since the beginning. */
  get refusedSoFar(): number {
    return this.refused;
  }

  private refuse({ failed }: Item, why: string): void {
    this.refused += 1;
    failed(new NotCarriedOut(why));
  }

  private leave({ subject }: Item): void {
    const left = this.ofSubject.get(subject)! - 1;
    if (left > 0) this.ofSubject.set(subject, left);
    else this.ofSubject.delete(subject);
  }

  /** Whoever cannot be served is told so while he may still be there to hear it. */
  private clearLater(longestMs: number): void {
    const [first] = this.queue;
    if (!first || this.clearing) return;
    this.clearing = setTimeout(() => {
      this.clearing = undefined;
      const latest = performance.now() - longestMs;
      const late = this.queue.filter(({ sinceMs }) => sinceMs <= latest);
      this.queue = this.queue.slice(late.length);
      for (const { item } of late) {
        this.leave(item);
        this.refuse(item, `its turn has not come within ${longestMs} ms`);
      }
      this.clearLater(longestMs);
    }, Math.max(1, Math.ceil(first.sinceMs + longestMs - performance.now()))).unref();
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
    for (const { subject } of items) this.subjects.add(subject);
    await this.carryOut(items);
    this.underWay.splice(this.underWay.indexOf(items.length), 1);
    for (const { subject } of items) this.subjects.delete(subject);
    this.send();
  }

  /** To carry out others beside those under way is worth it when they are as many, or have waited. */
  private isTime(): boolean {
    if (this.underWay.length === 0) return true;
    if (this.underWay.length >= this.limits.underWayMost) return false;
    const enough = Math.min(this.limits.most, Math.max(...this.underWay));
    const waitedMs = performance.now() - this.queue[0]!.sinceMs;
    if (this.queue.length >= enough || waitedMs >= this.limits.gatherMs) return true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.send();
    }, Math.ceil(this.limits.gatherMs - waitedMs));
    return false;
  }

  /** The first of each subject that is not under way, one of each asker after the other, each asker's in the order in which they came. */
  private take(): Item[] {
    const taken: Item[] = [];
    const gone = new Set<Gathered<Item>>();
    const subjects = new Set(this.subjects);
    let bytes = 0;
    for (const one of inTurn(this.queue)) {
      const { item } = one;
      const fits = taken.length === 0 || (taken.length < this.limits.most && bytes + item.bytes <= this.limits.bytesMost);
      if (fits && !subjects.has(item.subject)) {
        taken.push(item);
        gone.add(one);
        bytes += item.bytes;
      }
      // What came later for the same subject comes after it.
      subjects.add(item.subject);
    }
    for (const item of taken) this.leave(item);
    this.queue = this.queue.filter((one) => !gone.has(one));
    return taken;
  }
}

/** The first of each asker, then the second of each, and so on. */
function inTurn<Item extends Waiting>(queue: readonly Gathered<Item>[]): readonly Gathered<Item>[] {
  const [first] = queue;
  if (queue.every(({ item }) => item.of === first!.item.of)) return queue;
  const seen = new Map<string | undefined, number>();
  const placed = queue.map((one) => {
    const nth = seen.get(one.item.of) ?? 0;
    seen.set(one.item.of, nth + 1);
    return { one, nth };
  });
  return placed.toSorted((a, b) => a.nth - b.nth).map(({ one }) => one);
}
