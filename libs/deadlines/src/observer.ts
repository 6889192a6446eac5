// Who is told what the machinery does: a set of counters, handed in.
import type { Outcome } from './consumer.js';

export interface DeadlineObserver {
  /** So many rows were given an alarm in the queue. */
  fed(count: number): void;
  /** A delivery ended; `kind` is unknown when the row was not claimed. */
  delivered(outcome: Outcome, kind: string | undefined): void;
  /** A deadline was carried out that long after it was due, in the account's time. */
  lateness(kind: string, ms: number): void;
  /** Of `expected` alarms that were looked for in the queue, `missing` were not there. */
  reconciled(found: { readonly expected: number; readonly missing: number }): void;
}

const ignore = (): void => undefined;

export const silentObserver: DeadlineObserver = { fed: ignore, delivered: ignore, lateness: ignore, reconciled: ignore };
