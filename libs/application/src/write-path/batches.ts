// One way to write, for one or many: what may go together is gathered, what may not goes apart, and what surrounds us is joined.
import { Injectable } from '@nestjs/common';
import { EventStore } from '#event-store';
import { Database, sqlState } from '#postgres';
import { Gathering, isUnavailable, type Waiting } from '#running';
import type { Account, Asked, Outcome } from './asked.js';
import { batchLimits } from './limits.js';
import { WritePath } from './write-path.js';

/** What waits for its turn, and who is to be told. */
interface Turn extends Waiting {
  readonly asked: Asked;
  readonly done: (account: Account) => void;
  readonly failed: (error: unknown) => void;
}

@Injectable()
export class Batches {
  private readonly gatherings = new Map<number, Gathering<Turn>>();

  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly path: WritePath,
  ) {}

  /**
   * The account after what was asked of it, on disk; inside a transaction, as that one sees it. Rejects with what refused it, and then nothing
   * is written.
   */
  async carryOut(asked: Asked): Promise<Account> {
    return this.database.inTransaction || goesApart(asked) ? this.apart(asked) : this.together(asked);
  }

  private apart(asked: Asked): Promise<Account> {
    return this.database.transaction(() => this.path.one(asked));
  }

  private together(asked: Asked): Promise<Account> {
    const { accountId, ask } = asked;
    return new Promise((done, failed) => this.gathering(accountId).add({ asked, subject: accountId, bytes: JSON.stringify(ask).length, done, failed }));
  }

  private gathering(accountId: string): Gathering<Turn> {
    const shard = this.store.shardOf(accountId);
    let gathering = this.gatherings.get(shard);
    // Whoever is the first to ask surrounds nobody else.
    if (!gathering) this.gatherings.set(shard, (gathering = new Gathering(batchLimits, (turns) => this.database.apart(() => this.carryOutAll(turns)))));
    return gathering;
  }

  /** Splits until what the database refuses stands alone, since its refusal undoes them all. */
  private async carryOutAll(turns: readonly Turn[]): Promise<void> {
    let committing = false;
    let outcomes: readonly Outcome[];
    try {
      outcomes = await this.database.transaction(async () => {
        committing = false;
        const decided = await this.path.many(turns.map(({ asked }) => asked));
        committing = true;
        return decided;
      });
    } catch (error) {
      const [first, second] = [turns.slice(0, turns.length / 2), turns.slice(turns.length / 2)];
      if (turns.length === 1 || isUnknown(error, committing)) {
        for (const { failed } of turns) failed(error);
      } else {
        await this.carryOutAll(first);
        await this.carryOutAll(second);
      }
      return;
    }
    for (const [index, turn] of turns.entries()) this.tell(turn, outcomes[index]!);
  }

  private tell({ asked, done, failed }: Turn, outcome: Outcome): void {
    switch (outcome.outcome) {
      case 'done':
        return done(outcome.account);
      case 'failed':
        return failed(outcome.error);
      case 'apart':
        this.apart(asked).then(done, failed);
    }
  }
}

/** What asks on its own may wait, write, and be refused after that: all of it must be undone, and nothing else. */
const goesApart = ({ ask }: Asked): boolean => typeof ask === 'function';

/** Nobody can say whether it is written, or the database is away: to do it once more may be to do it twice, or in vain. What lost against others was undone. */
const isUnknown = (error: unknown, committing: boolean): boolean => !sqlState(error)?.startsWith('40') && (committing || isUnavailable(error));
