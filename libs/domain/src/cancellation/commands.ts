// What may be asked on the way out, and back in. Ids and hashes are made outside, so that deciding stays pure.
import type { Instant } from '#kernel';
import type { AcceptedDisclosure } from './disclosures.js';

export interface Reason {
  readonly code: string;
  readonly comment?: string | undefined;
}

export interface CancellationCommands {
  AttemptCancellation: {
    attemptId: string;
    subscriptionId: string;
    reason: Reason | undefined;
    acknowledgedConsequences: boolean | undefined;
    /** What the caller says it was shown; absent: it did not say. */
    previewHash: string | undefined;
    /** What it would be shown now. */
    currentPreviewHash: string;
  };
  ConfirmCancellation: {
    subscriptionId: string;
    attemptId: string;
    /** What the log says of an attempt that the state may hold no longer; absent: there was none. */
    former?: { readonly expiresAt: Instant; readonly used: boolean } | undefined;
    /** The comment that came with the attempt. */
    comment: string | null;
    acceptedDisclosures: readonly AcceptedDisclosure[];
    acknowledgedConsequences: boolean | undefined;
    textHash: string | null;
  };
  RequestCancellation: {
    subscriptionId: string;
    reason: Reason | undefined;
    acceptedDisclosures: readonly AcceptedDisclosure[];
    acknowledgedConsequences: boolean | undefined;
    textHash: string | null;
  };
  ResumeSubscription: { subscriptionId: string };
}
