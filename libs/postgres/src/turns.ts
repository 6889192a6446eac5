// So much at once and no more: whoever comes later waits for a turn, each asker's in the order of coming, and the askers one after the other.

/** Nobody gave a turn back in time, or too many wait for one already. */
export class NoTurn extends Error {
  override name = 'NoTurn';

  /** `ofAsker`: he himself has as many as one may have, or too many of his wait; whatever the others do. */
  constructor(message: string, readonly ofAsker = false) {
    super(message);
  }

  /** Whoever retries neither counts this nor gives up. */
  readonly unavailable = true;
}

export interface TurnLimits {
  /** Turns that one asker may have at once. */
  readonly mostOf?: number;
  /** How many may wait, in all and of one asker. */
  readonly waitingMost?: number;
  readonly waitingMostOf?: number;
}

export interface Asking {
  /** On whose behalf; all that say nothing are one asker. */
  readonly of?: string;
  /** Absent: as long as it takes; 0: not at all. */
  readonly waitMs?: number | undefined;
  /** Whoever waited has gone when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

type Come = () => void;

export class Turns {
  /** Of those who wait, in the order in which they are asked next. */
  private readonly waiting = new Map<string, Come[]>();
  private readonly had = new Map<string, number>();
  private readonly limits: Required<TurnLimits>;
  private waits = 0;

  constructor(private free: number, { mostOf = Infinity, waitingMost = Infinity, waitingMostOf = Infinity }: TurnLimits = {}) {
    this.limits = { mostOf, waitingMost, waitingMostOf };
  }

  /** How many wait. */
  get waitingNow(): number {
    return this.waits;
  }

  /** How many turns are had. */
  get hadNow(): number {
    return [...this.had.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when the turn has come, to what gives it back. Rejects with {@link NoTurn} at once where too many wait, and when it has not come within `waitMs`; with the reason of `signal`. */
  async take({ of = '', waitMs, signal }: Asking = {}): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.free > 0 && this.mayHave(of)) this.have(of);
    else await this.wait(of, waitMs, signal);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.free += 1;
      const left = this.had.get(of)! - 1;
      if (left > 0) this.had.set(of, left);
      else this.had.delete(of);
      this.hand();
    };
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const give = await this.take();
    try {
      return await work();
    } finally {
      give();
    }
  }

  private mayHave(of: string): boolean {
    return (this.had.get(of) ?? 0) < this.limits.mostOf;
  }

  private have(of: string): void {
    this.free -= 1;
    this.had.set(of, (this.had.get(of) ?? 0) + 1);
  }

  /** To the asker who has waited longest since one of his came, and then to the next. */
  private hand(): void {
    for (const [of, those] of this.waiting) {
      if (this.free === 0) return;
      if (!this.mayHave(of)) continue;
      this.waiting.delete(of);
      const come = those.shift()!;
      if (those.length > 0) this.waiting.set(of, those);
      this.have(of);
      come();
    }
  }

  private wait(of: string, waitMs: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const tooLate = (): NoTurn => new NoTurn(`no turn within ${waitMs} ms`, !this.mayHave(of));
    if (waitMs === 0) throw tooLate();
    const those = this.waiting.get(of) ?? [];
    if (this.waits >= this.limits.waitingMost) throw new NoTurn('too many wait already');
    if (those.length >= this.limits.waitingMostOf) throw new NoTurn('too many of the same asker wait already', true);
    this.waits += 1;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', gone);
        this.waits -= 1;
      };
      const come = (): void => {
        end();
        resolve();
      };
      const leave = (error: Error): void => {
        end();
        const left = this.waiting.get(of)!;
        left.splice(left.indexOf(come), 1);
        if (left.length === 0) this.waiting.delete(of);
        reject(error);
      };
      const gone = (): void => leave(signal?.reason as Error);
      const timer = waitMs === undefined ? undefined : setTimeout(() => leave(tooLate()), waitMs);
      signal?.addEventListener('abort', gone);
      those.push(come);
      this.waiting.set(of, those);
    });
  }
}
