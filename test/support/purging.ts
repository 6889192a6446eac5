// Walks a place that holds an account's data, batch by batch, as the purge does.
export interface Purgeable {
  purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<Batch>;
}

interface Batch {
  readonly counts: Readonly<Record<string, number>>;
  readonly digests: readonly Buffer[];
  readonly next: string | null;
}

export interface Purged {
  /** Categories of which nothing was there are left out. */
  readonly counts: Readonly<Record<string, number>>;
  /** In hex, in the order in which they came. */
  readonly digests: readonly string[];
  /** What each batch deleted that deleted something. */
  readonly batches: readonly number[];
}

/** Until a whole walk deletes nothing. */
export async function purgeAll(store: Purgeable, accountId: string, limit = 5_000): Promise<Purged> {
  const counts: Record<string, number> = {};
  const digests: string[] = [];
  const batches: number[] = [];
  for (let before = -1; batches.length > before; ) {
    before = batches.length;
    let cursor: string | null = null;
    do {
      const batch: Batch = await store.purgeBatch(accountId, cursor, limit);
      const deleted = Object.values(batch.counts).reduce((sum, count) => sum + count, 0);
      if (deleted > 0) batches.push(deleted);
      for (const [category, count] of Object.entries(batch.counts)) if (count > 0) counts[category] = (counts[category] ?? 0) + count;
      digests.push(...batch.digests.map((digest) => digest.toString('hex')));
      cursor = batch.next;
    } while (cursor !== null);
  }
  return { counts, digests, batches };
}
