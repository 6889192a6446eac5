// What keeps the data of an account, what of its losses was announced, and how far its deletion has come.
import type { Instant } from '#kernel';
import type { LossIdentity } from '../subject.js';
import type { KnownToTenDlc } from '../ten-dlc/state.js';

export interface Purge {
  readonly purgeId: string;
  /** `P`. */
  readonly due: Instant;
  /** From when on nothing is readable any more: `P` (R22), or when the last hold that stood then was lifted. */
  readonly since: Instant;
  /** `null` while it is being carried out. */
  readonly purgedAt: Instant | null;
  /** Whether the account has said since who it is: that can be erased, too. */
  readonly toldSince: boolean;
}

/** Stops the purge; why, only the event knows. */
export interface LegalHold {
  readonly holdId: string;
  /** When somebody has to look at it again; nothing happens then by itself. */
  readonly reviewAt: Instant;
}

export interface RetentionState {
  /** Which life this is: 1, and one more after every purge. */
  readonly life: number;
  /** Those that stand. */
  readonly holds: readonly LegalHold[];
  /** When a hold was lifted last: until then everything was readable (R35). */
  readonly heldUntil: Instant | null;
  /** Losses that were announced, by {@link reminderKey}. */
  readonly reminded: readonly string[];
  readonly purge: Purge | null;
  /** When it was taken over from another system, and which losses were due then and still wait for an operator, by {@link lossKey}; `null`: it has lived here all this life. */
  readonly imported: { readonly at: Instant; readonly held: readonly string[] } | null;
}

export type KnownToRetention = KnownToTenDlc & RetentionState;

export const nothingKept: RetentionState = { life: 1, holds: [], heldUntil: null, reminded: [], purge: null, imported: null };

/** What makes a loss the same one. */
export const lossKey = ({ kind, subject, generation }: LossIdentity): string => JSON.stringify([kind, subject, generation]);

/** Whether it was due when the account was taken over, and no operator has let it go. */
export const isHeldSinceImport = ({ imported }: RetentionState, loss: LossIdentity): boolean => imported?.held.includes(lossKey(loss)) ?? false;

interface ReminderIdentity {
  readonly loss: string;
  readonly daysLeft: number;
  readonly subject: string;
  readonly generation: number;
}

/** What makes a reminder the same one. */
export const reminderKey = ({ loss, daysLeft, subject, generation }: ReminderIdentity): string => JSON.stringify([loss, daysLeft, subject, generation]);
