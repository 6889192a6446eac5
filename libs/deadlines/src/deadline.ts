// What a deadline is: to the account that waits for it, to the row that keeps it, and to the one who carries it out.
import type { Instant } from '#kernel';

/** What makes a deadline the same one; `subject` is what of the account it is about, `''` for the account itself. */
export interface DeadlineKey {
  readonly kind: string;
  readonly subject: string;
  /** Rises whenever the account starts over, so that what was set before can never act again. */
  readonly generation: number;
}

/** What an account waits for. `held`: it stands as `blocked` and is not due until it is put again without. */
export interface Deadline extends DeadlineKey {
  /** In the account's time. */
  readonly dueAt: Instant;
  readonly held: boolean;
  /** The trace that its firing continues; absent: that of before, should there be one. */
  readonly traceparent?: string | null;
}

export interface DeadlineChanges {
  /** Everything the account waits for now; what stands already as told is left alone. */
  readonly put: readonly Deadline[];
  /** What has been carried out. One that is also in `put` is recorded with that date. */
  readonly fired: readonly DeadlineKey[];
  /** What the account no longer waits for. */
  readonly void: readonly DeadlineKey[];
}

export const deadlineStatuses = ['pending', 'fired', 'void', 'blocked', 'dead'] as const;
export type DeadlineStatus = (typeof deadlineStatuses)[number];

/** A row, as operators see it. */
export interface RecordedDeadline {
  readonly deadlineId: string;
  readonly accountId: string;
  /** The deadline's subject; absent when it is about the account itself. */
  readonly subscriptionId?: string;
  readonly kind: string;
  readonly generation: number;
  /** In the account's time, as is `firedAt`. */
  readonly dueAt: Instant;
  readonly firedAt: Instant | null;
  /** `firedAt - dueAt`; `null` until fired. */
  readonly latenessMs: number | null;
  readonly status: DeadlineStatus;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** Real time, also on a test clock; `null` unless the last attempt failed. */
  readonly nextAttemptAt: Instant | null;
  readonly lastError: string | null;
}

/** What is handed to whoever carries it out. */
export interface DueDeadline extends DeadlineKey {
  readonly deadlineId: string;
  readonly accountId: string;
  readonly testClockId: string | null;
  readonly dueAt: Instant;
  /** Failed attempts before this one. */
  readonly attempts: number;
  /** The trace that what follows from it continues; `null`: none. */
  readonly traceparent: string | null;
}
