// What may be asked on the way out, and back in. Ids and hashes are made outside, so that deciding stays pure.
import type { Instant } from '#kernel';
import type { Unsent } from '../facts.js';
import type { Language } from '../language.js';
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
    /** In which it is shown. */
    language: Language;
    /** What the caller says it was shown; absent: it did not say. */
    previewHash: string | undefined;
    /** What it would be shown now. */
    currentPreviewHash: string;
  };
  ConfirmCancellation: {
    subscriptionId: string;
    attemptId: string;
    /** What the log says of the attempt, which the state may hold no longer; absent: there was none. `shownUnder`: the version of the policy whose dates and words were shown. */
    former?: { readonly expiresAt: Instant; readonly used: boolean; readonly shownUnder: string } | undefined;
    /** The comment that came with the attempt. */
    comment: string | null;
    acceptedDisclosures: readonly AcceptedDisclosure[];
    acknowledgedConsequences: boolean | undefined;
    textHash: string | null;
    /** What of the plan is scheduled beyond its end, and would be credited. */
    unsent: Unsent;
  };
  RequestCancellation: {
    subscriptionId: string;
    reason: Reason | undefined;
    acceptedDisclosures: readonly AcceptedDisclosure[];
    acknowledgedConsequences: boolean | undefined;
    /** In which it was shown. */
    language: Language;
    textHash: string | null;
    /** What of the plan is scheduled beyond its end, and would be credited. */
    unsent: Unsent;
  };
  ResumeSubscription: { subscriptionId: string };
}
