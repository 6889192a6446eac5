// What may be asked of the year in which data is kept, and of its end.
import type { Instant } from '#kernel';
import type { Proof } from './events.js';

export interface RetentionCommands {
  PlaceLegalHold: { holdId: string; reason: string; reviewAt: Instant };
  LiftLegalHold: { holdId: string };
  StartErasure: { basis: string };
  /** From the purge ledger: the database was restored from before the purge. */
  ReapplyPurge: { purgeId: string; basis: string; due: Instant; begunAt: Instant };
  /** `purgedAt`: when, where it was told before; else now. */
  CompletePurge: Proof & { purgedAt?: Instant };
}
