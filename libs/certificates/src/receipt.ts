// The receipt of a cancellation: what was promised when it was confirmed, derived from the account's events and from nothing else.
import { eventsOfType, money, type Instant, type Money, type RecordedEvent } from '#kernel';
import type { AcceptedDisclosure, Language, MembershipEvent, Promised, ReasonCode } from '#domain';

export const receiptFormat = 'sunset-cancellation-receipt/1';

export interface CancellationReceipt {
  readonly format: typeof receiptFormat;
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly planId: string;
  /** The id of the event: of two that were requested at one instant it tells which, and the certificate of a purge names it too. */
  readonly cancellationId: string;
  /** In the account's time, as are all dates but `recordedAt`. */
  readonly requestedAt: Instant;
  /** Real time. */
  readonly recordedAt: Instant;
  readonly effectiveAt: Instant;
  readonly timeZone: string;
  /** Of the periods that the dates were reckoned by. */
  readonly policyVersion: string;
  readonly reason: ReasonCode | null;
  readonly consequences: Promised['consequences'];
  readonly credits: Promised['credits'] & { readonly total: Money };
  readonly numberFees: Promised['numberFees'];
  /** What was accepted, the language in which it was shown, and the SHA-256 of that text. */
  readonly disclosures: { readonly accepted: readonly AcceptedDisclosure[]; readonly language: Language; readonly textHash: string | null };
  /** Of the preview that the attempt was bound to; `null`: it was cancelled in one call. */
  readonly previewHash: string | null;
  /** When the cancellation was taken back, so that nothing of this follows; `null`: it was not. */
  readonly resumedAt: Instant | null;
}

/** The events that it is derived from. */
export const receiptTypes = ['CancellationAttempted', 'CancellationRequested', 'SubscriptionResumed'] as const satisfies readonly MembershipEvent['type'][];

/**
 * The receipt of the latest cancellation of a plan; `null` where there is none, or from before what was shown was noted. The same events give the same
 * bytes, whenever it is asked for.
 */
export function receiptOf(accountId: string, subscriptionId: string, events: readonly RecordedEvent<MembershipEvent>[]): CancellationReceipt | null {
  const requested = latestRequest(subscriptionId, events);
  if (!requested) return null;
  const { planId, attemptId, effectiveAt, timeZone, policy, reason, promised, consent } = requested.data;
  if (promised === null || consent === null) return null;
  const { sms, rvm } = promised.credits;
  const attempt = attemptId === null ? undefined : eventsOfType(events, 'CancellationAttempted').find(({ data }) => data.attemptId === attemptId);
  const resumed = eventsOfType(events, 'SubscriptionResumed').find((one) => one.data.subscriptionId === subscriptionId && one.version > requested.version);
  return {
    format: receiptFormat,
    accountId,
    subscriptionId,
    planId,
    cancellationId: requested.eventId,
    requestedAt: requested.effectiveAt,
    recordedAt: requested.recordedAt,
    effectiveAt,
    timeZone,
    policyVersion: policy.version,
    reason,
    consequences: promised.consequences,
    credits: { total: money(sms.amount.amount + rvm.amount.amount, sms.amount.currency), sms, rvm },
    numberFees: promised.numberFees,
    disclosures: { accepted: consent.disclosures, language: consent.language, textHash: consent.textHash },
    previewHash: attempt?.data.previewHash ?? null,
    resumedAt: resumed?.effectiveAt ?? null,
  };
}

/** The event that a receipt is of. */
export const latestRequest = (subscriptionId: string, events: readonly RecordedEvent<MembershipEvent>[]) =>
  eventsOfType(events, 'CancellationRequested').findLast(({ data }) => data.subscriptionId === subscriptionId);
