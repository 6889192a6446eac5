// Of one account, one of this process at a time: the others wait for their turn, and hold no connection meanwhile.
import { type Database, NoTurn, Turns } from '#postgres';
import { isAccountFree, lockAccountWithin } from '#deadlines';
import { accountTurns, lockWaits } from './limits.js';

export class AccountTurns {
  private readonly accounts = new Map<string, { readonly turns: Turns; users: number }>();
  private readonly lockWaits = new Turns(lockWaits.atOnce, lockWaits);
  private waiting = 0;
  private refused = 0;

  constructor(
    private readonly database: Database,
    private readonly waitMs: number,
  ) {}

  get waitingNow(): number {
    return this.waiting;
  }

  get refusedSoFar(): number {
    return this.refused;
  }

  /**
   * Runs `work`, which locks the account, in a transaction, or in the one that the caller is about to begin, and gives the turn back at its end. While somebody
   * elsewhere holds the account, it is waited for in a connection of which there are few for that purpose. Throws {@link NoTurn} where the turn has not come in time, or too many wait.
   */
  async run<T>(accountId: string, of: string, work: () => Promise<T>): Promise<T> {
    const give = await this.waited(() => this.take(accountId, of));
    try {
      if (!(await this.database.apart(() => isAccountFree(this.database, accountId)))) await this.waited(() => this.whileHeld(accountId, of));
      return await this.database.transaction(() => {
        this.database.onEnd(give);
        return work();
      });
    } catch (error) {
      give();
      throw error;
    }
  }

  private async take(accountId: string, of: string): Promise<() => void> {
    const account = this.accounts.get(accountId) ?? { turns: new Turns(1, accountTurns), users: 0 };
    this.accounts.set(accountId, account);
    account.users += 1;
    const leave = (): void => {
      account.users -= 1;
      if (account.users === 0) this.accounts.delete(accountId);
    };
    try {
      const give = await account.turns.take({ of, waitMs: this.waitMs });
      let left = false;
      return () => {
        give();
        if (!left) leave();
        left = true;
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Until nobody has it, or too long. */
  private async whileHeld(accountId: string, of: string): Promise<void> {
    const give = await this.lockWaits.take({ of, waitMs: this.waitMs });
    try {
      await this.database.apart(() => this.database.transaction(() => lockAccountWithin(this.database, accountId, this.waitMs)));
    } finally {
      give();
    }
  }

  private async waited<T>(wait: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    try {
      return await wait();
    } catch (error) {
      if (error instanceof NoTurn) this.refused += 1;
      throw error;
    } finally {
      this.waiting -= 1;
    }
  }
}
