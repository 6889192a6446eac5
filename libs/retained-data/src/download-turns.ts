// Whose turn it is to read from a platform database: a few accounts at once, and each of them one table after the other.
import { Turns } from '#postgres';

/** One account's, and how many readers have it or wait for it. */
interface OfAccount {
  readonly turns: Turns;
  readers: number;
}

export class DownloadTurns {
  private readonly accounts = new Map<string, OfAccount>();
  private readonly all: Turns;

  constructor(
    atOnce: number,
    private readonly waitMs: number,
  ) {
    this.all = new Turns(atOnce);
  }

  /** Resolves to what gives the turn back. Rejects with `NoTurn` where others do not let go in time. */
  async take(accountId: string): Promise<() => void> {
    const own = this.accounts.get(accountId) ?? { turns: new Turns(1), readers: 0 };
    this.accounts.set(accountId, own);
    own.readers += 1;
    const leave = (): void => {
      own.readers -= 1;
      if (own.readers === 0) this.accounts.delete(accountId);
    };
    let giveOwn: (() => void) | undefined;
    try {
      giveOwn = await own.turns.take({ waitMs: this.waitMs });
      const give = await this.all.take({ waitMs: this.waitMs });
      const giveBoth = giveOwn;
      return () => {
        give();
        giveBoth();
        leave();
      };
    } catch (error) {
      giveOwn?.();
      leave();
      throw error;
    }
  }
}
