// What only reads, and may take long, within limits: how long a statement takes, how much memory it has, and no longer than somebody waits for it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.js';

export interface ReadingLimits {
  /** For each statement. */
  readonly limitMs: number;
  /** For each sort and each hash table of a statement: what does not fit goes to the disk. */
  readonly memoryMiB: number;
  /** Nobody waits for it any more once it aborts. */
  readonly signal: AbortSignal;
}

/** How often a statement that nobody waits for is cancelled until its transaction is over: one that is just about to begin does not notice. */
const cancelEveryMs = 250;

interface Running {
  readonly pid: number;
  readonly since: string;
}

/** In the surrounding transaction, from its first statement on. */
export async function withinLimits<T>(database: Database, { limitMs, memoryMiB, signal }: ReadingLimits, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const [own] = await database.query<Running>(
    `SELECT set_config('statement_timeout', $1, true), set_config('work_mem', $2, true), set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), pg_backend_pid() AS pid, transaction_timestamp()::text AS since`, [String(limitMs), `${memoryMiB}MB`],
  );
  signal.throwIfAborted();
  const over = new AbortController();
  let cancelling: Promise<void> | undefined;
  const cancel = (): void => {
    // One that fails leaves the statement to its limit.
    cancelling = cancelUntil(over.signal, database, own!).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', cancel);
    over.abort();
    await cancelling;
  }
}

/** Whose transaction that is by now is asked for in the statement that cancels: a connection is soon somebody else's. */
async function cancelUntil(over: AbortSignal, database: Database, { pid, since }: Running): Promise<void> {
  while (!over.aborted) {
    await database.apart(() => database.query('SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND xact_start = $2::timestamptz', [pid, since]));
    await sleep(cancelEveryMs, undefined, { signal: over }).catch(() => undefined);
  }
}
