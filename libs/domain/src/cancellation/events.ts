// What can happen on the way out, and back in.
import { event, type EventOf, type Instant, type Money } from '#kernel';
import type { TimeZone } from '../calendar.js';
import type { Language } from '../language.js';
import type { FeeBoundary } from '../numbers/events.js';
import type { Policy } from '../policy.js';
import type { SubscriptionId } from '../subscriptions/term.js';
import type { AcceptedDisclosure } from './disclosures.js';
import type { ReasonCode } from '../policy-in-force.js';

/** Evidence of what was accepted (R7); actor and instant stand beside every event. */
export interface Consent {
  readonly disclosures: readonly AcceptedDisclosure[];
  /** SHA-256 of the text of these disclosures as it was shown; `null`: none was accepted, as one step allows (A16). */
  readonly textHash: string | null;
  /** In which it was shown. */
  readonly language: Language;
  readonly acknowledgedConsequences: boolean;
}

/** When each kind of consequence was told to come. */
export type ToldDates = Readonly<Partial<Record<string, Instant>>>;

/**
 * The dates that were told with a cancellation. The calendar may give others later, by newer rules of a time zone or in another process; what was
 * told may come later then, and never earlier (R33).
 */
export interface Told {
  /** By kind of consequence: what counts from an end that is in sight. */
  readonly consequences: ToldDates;
  /** Every boundary of number fees until then; `null`: some plan goes on, and the fees with it. */
  readonly numberFees: readonly FeeBoundary[] | null;
}

/** What else was shown to follow when the cancellation was confirmed: with the dates that were told, all that its receipt promises. */
export interface Promised {
  /** Soonest first: the end of the plan, and what there was to lose. */
  readonly consequences: readonly { readonly kind: string; readonly at: Instant }[];
  /** For what was scheduled beyond the end of the plan. */
  readonly credits: { readonly sms: PromisedCredit; readonly rvm: PromisedCredit };
  /** The fees of the numbers that there were, as far as they are shown. */
  readonly numberFees: readonly { readonly at: Instant; readonly count: number; readonly amount: Money }[];
}

interface PromisedCredit {
  readonly count: number;
  readonly amount: Money;
}

export const nothingTold: Told = { consequences: {}, numberFees: null };

export const CancellationAttempted = event('CancellationAttempted')<{
  attemptId: string;
  subscriptionId: SubscriptionId;
  reason: ReasonCode;
  /** In which the preview and the disclosures were shown. */
  language: Language;
  /** Hash of the preview that the attempt is bound to. */
  previewHash: string;
  /** Until when it can be confirmed, exclusively. */
  expiresAt: Instant;
}, { comment: string }>({
  personal: { comment: true },
  subject: 'attemptId',
  // In the first version everything was shown in English.
  past: [(data) => ({ ...data, language: 'en' })],
});

export const CancellationRequested = event('CancellationRequested')<{
  subscriptionId: SubscriptionId;
  planId: string;
  attemptId: string | null;
  /** Promised to the customer, so it stands in the event. */
  effectiveAt: Instant;
  /** The 14 / 30 / 365 in force when it was promised (R33). */
  policy: Policy;
  timeZone: TimeZone;
  told: Told;
  /** `null`: written before that was noted. */
  promised: Promised | null;
  /** `null` only where the account's policy asks for no reason (A16). */
  reason: ReasonCode | null;
}, {
  comment: string;
  /** Outlives the purge beside the log, until its own day. */
  consent: Consent;
}>({
  personal: { comment: true, consent: true },
  subject: 'attemptId',
  past: [
    (data) => ({ ...data, told: { consequences: {}, numberFees: null } }),
    // Until then everything was shown in English.
    ({ consent, ...data }) => ({ ...data, promised: null, consent: consent && { ...consent, language: 'en' } }),
  ],
});

export const SubscriptionResumed = event('SubscriptionResumed')<{
  subscriptionId: SubscriptionId;
  planId: string;
}>();

export const cancellationEvents = [CancellationAttempted, CancellationRequested, SubscriptionResumed] as const;

export type CancellationEvent = EventOf<(typeof cancellationEvents)[number]>;
