// A transaction that runs, and somebody whose transaction begins when it is needed.
import type { QueryRunner } from 'typeorm';

export interface Transaction {
  readonly runner: QueryRunner;
  /** To be run once it is committed. */
  readonly learned: (() => void)[];
  /** To be run once it has ended, whichever way. */
  readonly ended: (() => void)[];
  /** From just before its last statement on: what is asked after that one would stand outside of it, and last. */
  over: boolean;
}

/** Somebody whose transaction begins when it is needed, or who is part of another one. */
export class Deferred {
  /** @internal */
  opening: Promise<Transaction> | null = null;
  /** @internal */
  begun: Transaction | null = null;
  /** @internal What was begun, once what comes before everything else has been done in it. */
  own: Transaction | null = null;
  /** @internal */
  joined: Transaction | null = null;
  /** @internal What was asked of somebody else's transaction cannot be done again. */
  spent = false;
  /** @internal Whoever is late begins none. */
  ended = false;

  /** @internal */
  constructor(
    readonly before: () => Promise<void>,
    /** 1 for the first, and more each time that it begins anew. */
    readonly attempt: number,
  ) {}
}
