// Reads retained data for somebody: who it is is written down first, the service's own records come before the platform's, and nothing comes once the account is purged.
import { Injectable } from '@nestjs/common';
import { type Actor, Refused } from '#kernel';
import { type AccessKind, type Category, DataAccesses, PlatformTables, RetainedData } from '#retained-data';
import { Memberships, type Account } from '../memberships.js';

/** NDJSON in chunks; ends early, with whole lines, when the account is purged meanwhile. */
export type Lines = AsyncGenerator<string, void, void>;

@Injectable()
export class DataReading {
  constructor(
    private readonly memberships: Memberships,
    private readonly retainedData: RetainedData,
    private readonly platform: PlatformTables,
    private readonly accesses: DataAccesses,
  ) {}

  /** Throws `Refused` as {@link Memberships.read} does. */
  async category(accountId: string, category: Category, actor: Actor): Promise<Lines> {
    return (await this.open(accountId, category, actor))(category);
  }

  /** What reads each category, with one note for all of them. Throws `Refused` as {@link Memberships.read} does. */
  everything(accountId: string, actor: Actor): Promise<(category: Category) => Lines> {
    return this.open(accountId, 'export', actor);
  }

  /** The account is locked while the note is written, so that none is written behind a purge. */
  private async open(accountId: string, kind: AccessKind, actor: Actor): Promise<(category: Category) => Lines> {
    const life = await this.memberships.alongside(accountId, async (account) => {
      await this.accesses.record(accountId, { category: kind, actor, readAt: account.now });
      return lifeOf(account);
    });
    return (category) => this.lines(accountId, category, life);
  }

  /** A purge does not take back what a reader of a platform table has before it: before every chunk is asked whether it may still go out. */
  private async *lines(accountId: string, category: Category, life: number): Lines {
    for await (const chunk of this.stored(accountId, category)) {
      if (!(await this.stillLives(accountId, life))) return;
      yield chunk;
    }
  }

  private async *stored(accountId: string, category: Category): Lines {
    yield* this.retainedData.read(accountId, category);
    yield* this.platform.read(accountId, category);
  }

  private async stillLives(accountId: string, life: number): Promise<boolean> {
    try {
      return lifeOf(await this.memberships.read(accountId)) === life;
    } catch (error) {
      if (error instanceof Refused && error.refusal.refused === 'account_purged') return false;
      throw error;
    }
  }
}

/** An account that has started again is not the one that was read. */
const lifeOf = ({ events }: Account): number => events.filter(({ type }) => type === 'DataPurged').length;
