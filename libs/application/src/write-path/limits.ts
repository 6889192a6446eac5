// How much is done at once, and how much is remembered: every limit of the write path.

/** Of one transaction, and of those of a shard at once: while one waits for its commit the next one is decided. Bytes are of commands, as JSON. */
export const batchLimits = { most: 64, bytesMost: 1_048_576, underWayMost: 2, gatherMs: 2 } as const;

/** Of all known states together. */
export const knownBytesMost = 128 * 1_048_576;

/** Events after which a snapshot is taken, and again when so many more have come, or a quarter more. */
export const snapshotAfter = 500;

/** How long a transaction waits for the answers that are to be kept with it. */
export const answersMs = 5_000;
