// How much is done at once, and how much is remembered: every limit of the write path.

/**
 * Of one transaction, and of those of a shard at once: while one waits for its commit the next one is decided. Bytes are of commands, as JSON.
 */
export const batchLimits = { most: 64, bytesMost: 1_048_576, underWayMost: 2, gatherMs: 2 } as const;

/** How many wait for a batch, in all and of one account: whoever comes then is refused at once. */
export const batchWaiting = { most: 10_000, mostOfSubject: 200 } as const;

/** Of those who go apart, one at a time has the account; how many wait for it, in all and of one asker. */
export const accountTurns = { waitingMost: 200, waitingMostOf: 150 } as const;

/** Connections that wait at once for accounts which somebody elsewhere holds, of all and of one asker: the others wait for such a connection. */
export const lockWaits = { atOnce: 4, mostOf: 2 } as const;

/** So often a request whose answer is to be kept is written with others; then apart, where the answers of others cannot undo it. */
export const attemptsTogether = 2;

/** Of all known states together. */
export const knownBytesMost = 128 * 1_048_576;

/**
 * Of one statement that loads accounts: events of all of them, and bytes of snapshots as they are stored; and of those that a batch loads beside what is
 * known, the states: whoever does not fit goes apart. One account is loaded whatever it takes.
 */
export const loadLimits = { eventsMost: 8_192, snapshotBytesMost: 4_194_304, stateBytesMost: 64 * 1_048_576 };

/** Events after which a snapshot is taken, and again when so many more have come, or a quarter more. */
export const snapshotAfter = 500;

/** How long a transaction waits for the answers that are to be kept with it. */
export const answersMs = 5_000;
