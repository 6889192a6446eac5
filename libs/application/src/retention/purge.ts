// What stands about an account beside its stream, and how all of it is deleted at the end of the year.
import { Injectable } from '@nestjs/common';
import { lastingDuties, plusYears } from '#domain';
import type { EventStore } from '#event-store';
import type { Instant } from '#kernel';
import type { OptOuts } from '#opt-outs';
import type { PersonalData } from '#personal-data';

/** Somewhere that holds an account's data. */
export interface DataStore {
  readonly name: string;
  /** Whether a batch goes with the surrounding transaction. */
  readonly transactional: boolean;
  /** How many records it holds of the account, by category. */
  counts(accountId: string): Promise<Readonly<Record<string, number>>>;
  /** Deletes at most `limit` records from `cursor` on (`null`: from the beginning); `next` is `null` at the end of the walk. */
  purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<PurgedBatch>;
}

export interface PurgedBatch {
  /** Deleted, by category. */
  readonly counts: Readonly<Record<string, number>>;
  /** SHA-256 over the sealed form of each deleted record. */
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

const batch = 5_000;

@Injectable()
export class Purge {
  constructor(
    private readonly stores: readonly DataStore[],
    private readonly optOuts: OptOuts,
    private readonly personalData: PersonalData,
    private readonly eventStore: EventStore,
  ) {}

  /** In the surrounding transaction: opt-outs are cut loose, every data store is emptied, then the key goes, so that no copy of a sealed field can be read again. */
  async execute(accountId: string, purgedAt: Instant): Promise<Readonly<Record<string, number>>> {
    const until = optOutsKeptUntil(purgedAt);
    while ((await this.optOuts.outlive(accountId, until, batch)).count > 0);
    const counts: Record<string, number> = {};
    for (const store of this.stores) while ((await this.walk(store, accountId, counts)) > 0);
    await this.personalData.forget(accountId);
    return { ...counts, sealedEvents: await this.eventStore.eraseSealed(accountId) };
  }

  /** Answers how much one walk deleted, and adds it to `counts`. */
  private async walk(store: DataStore, accountId: string, counts: Record<string, number>): Promise<number> {
    let deleted = 0;
    let cursor: string | null = null;
    do {
      const purged: PurgedBatch = await store.purgeBatch(accountId, cursor, batch);
      for (const [category, count] of Object.entries(purged.counts)) {
        counts[category] = (counts[category] ?? 0) + count;
        deleted += count;
      }
      cursor = purged.next;
    } while (cursor !== null);
    return deleted;
  }
}

/** An opt-out is nobody's any more by then, so no account's zone tells the day. */
export const optOutsKeptUntil = (purgedAt: Instant): Instant => plusYears(purgedAt, 'UTC', lastingDuties.optOutsKeptYears);
