// So much at once and no more: whoever comes later waits for a turn, in the order of coming.

/** Nobody gave a turn back in time. */
export class NoTurn extends Error {
  override name = 'NoTurn';
  /** Whoever retries neither counts this nor gives up. */
  readonly unavailable = true;
}

export class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Resolves when the turn has come, to what gives it back. Rejects with {@link NoTurn} when it has not come within `waitMs`. */
  async take({ waitMs }: { readonly waitMs?: number } = {}): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await this.wait(waitMs);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
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

  private wait(waitMs: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(come), 1);
        reject(new NoTurn(`no turn within ${waitMs} ms`));
      };
      const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
      this.waiting.push(come);
    });
  }
}
