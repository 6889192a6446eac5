// How much is done at once, and how much is remembered: every limit of the write path.

export const limits = {
  /** Accounts of one transaction. */
  accountsMost: 64,
  /** Of what is asked of them, as JSON; one that is larger goes by itself. */
  bytesMost: 1_048_576,
  /** Transactions of a shard under way at once: while one waits for its commit the next one is decided. */
  underWayMost: 2,
  /** How long the first of those that gather waits for more, while a transaction is under way. */
  gatherMs: 2,
  /** How long a transaction waits for the answers that are to be kept with it. */
  answersMs: 5_000,
  /** Of all known states together. */
  knownBytes: 128 * 1_048_576,
  /** Events after which a snapshot is taken, and again when so many more have come, or a quarter more. */
  snapshotAfter: 500,
} as const;
