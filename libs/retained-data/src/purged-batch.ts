// What one batch of a purge answers, whoever holds the data.
export interface PurgedBatch {
  /** Deleted, by category. */
  readonly counts: Readonly<Record<string, number>>;
  /** SHA-256, one for each deleted record, over its sealed form; empty where there is none. */
  readonly digests: readonly Buffer[];
  /** Where the next batch begins; `null`: this walk is over. Whoever purges walks again until a whole walk deletes nothing. */
  readonly next: string | null;
}
