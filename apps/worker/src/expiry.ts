// Deletes what is kept for a time once that time is over: answers to repeated requests, page sessions, deliveries of webhooks, what came of imports, opt-outs, evidence; several workers do it beside each other.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClockWatch } from '#deadlines';
import { deleteExpiredImports } from '#imports';
import { deleteExpiredAnswers } from '#kept-answers';
import { deleteExpiredOptOuts } from '#opt-outs';
import { deleteExpiredPageSessions } from '#page-sessions';
import type { Database } from '#postgres';
import { deleteExpiredEvidence } from '#purge';
import { deleteExpiredDeliveries } from '#webhooks';

const everyMs = 600_000;
const batch = 1000;

type DeleteExpired = (database: Database, batch: number) => Promise<number>;

/** Until `signal` aborts. A database that is away is for the next time. */
export async function expire(database: Database, clock: ClockWatch, signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    if (!(await expireOnce(database, clock, onError))) await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A batch of each; whether there may be more. */
export async function expireOnce(database: Database, clock: ClockWatch, onError: (error: unknown) => void): Promise<boolean> {
  let more = false;
  for (const deleteExpired of [deleteExpiredAnswers, deleteExpiredPageSessions, deleteExpiredDeliveries, deleteExpiredImports, ...[deleteExpiredOptOuts, deleteExpiredEvidence].map((years) => onBelievedClock(clock, years))]) {
    const deleted = await deleteExpired(database, batch).catch((error: unknown) => {
      onError(error);
      return 0;
    });
    more ||= deleted >= batch;
  }
  return more;
}

/** What is kept for years cannot be had again: a clock that has jumped over them deletes nothing. */
const onBelievedClock = (clock: ClockWatch, deleteExpired: DeleteExpired): DeleteExpired => (database, most) =>
  database.transaction(async () => ((await clock.believes()) ? deleteExpired(database, most) : 0));
