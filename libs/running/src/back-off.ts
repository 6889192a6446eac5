// How long what failed waits for its next attempt, and what stands for the next look at it.

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Doubles from one failed attempt to the next, up to the longest; between half of it and all of it, so that many do not come back at once. */
export const backOffMs = ({ firstMs, longestMs }: BackOff, failedBefore: number): number =>
  Math.ceil(Math.min(longestMs, firstMs * 2 ** Math.min(failedBefore, 40)) * (0.5 + Math.random() / 2));

/** When to look again at what others move: soon while it moves, and after twice the time of the last look while it does not. */
export class Pace {
  private stood = 0;

  constructor(private readonly limits: BackOff) {}

  /** Milliseconds, after a look that has seen something move, or nothing. */
  after(moved: boolean): number {
    this.stood = moved ? 0 : this.stood + 1;
    return Math.min(this.limits.longestMs, this.limits.firstMs * 2 ** Math.min(this.stood, 40));
  }
}
