// Somewhere that holds an account's data, and lets go of it in batches.

export interface DataStore {
  /** Shown as progress and in the certificate. */
  readonly name: string;
  /** Whether a batch goes with the surrounding transaction, and so is counted exactly once. */
  readonly transactional: boolean;
  /** How many records it holds of the account, by category. */
  counts(accountId: string): Promise<Counts>;
  /** Deletes at most `limit` records, beginning at `cursor` (`null`: at the beginning). May be called again after a kill. */
  purgeBatch(accountId: string, cursor: string | null, limit: number): Promise<PurgedBatch>;
}

/** Records by category. */
export type Counts = Readonly<Record<string, number>>;

export interface PurgedBatch {
  readonly counts: Counts;
  /** SHA-256 of the sealed form of each record deleted; empty where a store has no sealed form. */
  readonly digests: readonly Buffer[];
  /** `null`: this walk is over. Walks are repeated until a whole one deletes nothing. */
  readonly next: string | null;
}

export const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export const plus = (a: Counts, b: Counts): Counts =>
  Object.entries(b).reduce<Record<string, number>>((sum, [category, count]) => ({ ...sum, [category]: (sum[category] ?? 0) + count }), { ...a });
