// Deletes what is kept for a time once that time is over: answers to repeated requests, opt-outs, evidence; several workers do it beside each other.
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteExpiredAnswers } from '#kept-answers';
import { deleteExpiredOptOuts } from '#opt-outs';
import type { Database } from '#postgres';
import { deleteExpiredEvidence, type PurgeGuard } from '#purge';

const everyMs = 600_000;
const batch = 1000;

type DeleteExpired = (database: Database, batch: number) => Promise<number>;

/** Until `signal` aborts. A database that is away is for the next time. */
export async function expire(database: Database, guard: PurgeGuard, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    if (!(await expireOnce(database, guard, onError))) await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A batch of each; whether there may be more. */
export async function expireOnce(database: Database, guard: PurgeGuard, onError: (error: unknown) => void): Promise<boolean> {
  let more = false;
  for (const deleteExpired of [deleteExpiredAnswers, ...[deleteExpiredOptOuts, deleteExpiredEvidence].map((years) => onBelievedClock(guard, years))]) {
    const deleted = await deleteExpired(database, batch).catch((error: unknown) => {
      onError(error);
      return 0;
    });
    more ||= deleted >= batch;
  }
  return more;
}

/** What is kept for years cannot be had again: a clock that has jumped over them deletes nothing. */
const onBelievedClock = (guard: PurgeGuard, deleteExpired: DeleteExpired): DeleteExpired => (database, most) =>
  database.transaction(async () => ((await guard.believesClock()) ? deleteExpired(database, most) : 0));
