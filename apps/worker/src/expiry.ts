// Deletes what is kept for a time once that time is over: answers to repeated requests, opt-outs, evidence; several workers do it beside each other.
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteExpiredAnswers } from '#kept-answers';
import { deleteExpiredOptOuts } from '#opt-outs';
import type { Database } from '#postgres';
import { deleteExpiredEvidence } from '#purge';

const everyMs = 600_000;
const batch = 1000;
const expiring = [deleteExpiredAnswers, deleteExpiredOptOuts, deleteExpiredEvidence];

/** Until `signal` aborts. A database that is away is for the next time. */
export async function expire(database: Database, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    let more = false;
    for (const deleteExpired of expiring) {
      const deleted = await deleteExpired(database, batch).catch((error: unknown) => {
        onError(error);
        return 0;
      });
      more ||= deleted >= batch;
    }
    if (!more) await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
