// Attempts to cancel: shown and acknowledged, not yet confirmed.
import type { Instant } from '#kernel';
import type { Language } from '../language.js';
import type { SubscriptionId } from '../subscriptions/term.js';
import type { KnownToWallet } from '../wallet/state.js';
import type { ReasonCode } from '../policy-in-force.js';

/** One that can still be confirmed, or could when something last happened to the plan. */
export interface Attempt {
  readonly attemptId: string;
  readonly subscriptionId: SubscriptionId;
  readonly reason: ReasonCode;
  /** In which the disclosures were shown. */
  readonly language: Language;
  readonly expiresAt: Instant;
  /** The end of the period that was shown; confirming cannot mean a later one (R6). */
  readonly effectiveAt: Instant | null;
}

export interface CancellationState {
  readonly attempts: readonly Attempt[];
}

export type KnownToCancellation = KnownToWallet & CancellationState;

export const noAttempts: CancellationState = { attempts: [] };
