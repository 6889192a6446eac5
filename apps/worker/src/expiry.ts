// Deletes what is kept for a time once that time is over: answers to repeated requests, what is known of carriers' callbacks, page sessions, deliveries of webhooks, what came of imports, opt-outs, evidence, deadlines and effects that are over; several workers do it beside each other.
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteExpiredCallbacks } from '#carrier-drift';
import { type ClockWatch, deleteEndedDeadlines } from '#deadlines';
import { deleteSettledEffects } from '#effects';
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

export interface ExpirySettings {
  /** How long a deadline that is over, or an effect that is settled, stays in its table. */
  readonly endedKeptDays: number;
  readonly onError: (error: unknown) => void;
  /** Hears of each batch that left its table. */
  readonly onEnded: (of: 'deadlines' | 'effects', count: number) => void;
}

/** Until `signal` aborts. A database that is away is for the next time. */
export async function expire(database: Database, clock: ClockWatch, signal: AbortSignal, settings: ExpirySettings): Promise<void> {
  while (!signal.aborted) {
    if (!(await expireOnce(database, clock, settings))) await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A batch of each; whether there may be more. */
export async function expireOnce(database: Database, clock: ClockWatch, { endedKeptDays, onError, onEnded }: ExpirySettings): Promise<boolean> {
  const leaves = (of: 'deadlines' | 'effects', deleteEnded: (on: Database, keptDays: number, most: number) => Promise<number>): DeleteExpired => async (on, most) => {
    const count = await deleteEnded(on, endedKeptDays, most);
    if (count > 0) onEnded(of, count);
    return count;
  };
  const keptForLong = [deleteExpiredOptOuts, deleteExpiredEvidence, leaves('deadlines', deleteEndedDeadlines), leaves('effects', deleteSettledEffects)];
  let more = false;
  for (const deleteExpired of [deleteExpiredAnswers, deleteExpiredCallbacks, deleteExpiredPageSessions, deleteExpiredDeliveries, deleteExpiredImports, ...keptForLong.map((long) => onBelievedClock(clock, long))]) {
    const deleted = await deleteExpired(database, batch).catch((error: unknown) => {
      onError(error);
      return 0;
    });
    more ||= deleted >= batch;
  }
  return more;
}

/** What is kept for months or years cannot be had again: a clock that has jumped over them deletes nothing. */
const onBelievedClock = (clock: ClockWatch, deleteExpired: DeleteExpired): DeleteExpired => (database, most) =>
  database.transaction(async () => ((await clock.believes()) ? deleteExpired(database, most) : 0));
