// Deletes what was kept for a time once that is over: answers for repeated requests, evidence that outlived a purge. Several workers do it beside each other.
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteExpiredAnswers } from '#kept-answers';
import type { Database } from '#postgres';

const everyMs = 600_000;
const batch = 1000;

/** Until `signal` aborts. A database that is away is for the next time. */
export async function expireAnswers(database: Database, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    const deleted = await deleteExpiredAnswers(database, batch).catch((error: unknown) => {
      onError(error);
      return 0;
    });
    if (deleted < batch) await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
