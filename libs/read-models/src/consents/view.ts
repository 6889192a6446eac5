// What was accepted when a plan was cancelled: the evidence (R7).
import { isImported, type Actor, type Instant, type RecordedEvent } from '#kernel';
import type { AcceptedDisclosure, Language, MembershipEvent } from '#domain';

export interface ConsentView {
  readonly subscriptionId: string;
  readonly attemptId: string | null;
  readonly acceptedAt: Instant;
  readonly recordedAt: Instant;
  readonly disclosures: readonly AcceptedDisclosure[];
  /** SHA-256 of the text of these disclosures as it was shown; `null`: none was accepted. */
  readonly textHash: string | null;
  /** In which it was shown; `null`: nobody knows. */
  readonly language: Language | null;
  readonly acknowledgedConsequences: boolean;
  readonly reason: string | null;
  readonly comment: string | null;
  readonly actor: Actor;
  readonly channel: string;
  /** `recorded` here; `imported` as the system kept it that the account was taken over from; `absent`: that system brought none. */
  readonly evidence: 'recorded' | 'imported' | 'absent';
}

/** The events that tell of one. */
export const consentTypes = ['CancellationRequested'] as const;

const absent = { disclosures: [], textHash: null, language: null, acknowledgedConsequences: false } as const;

/** What an event tells of one; `null`: nothing. What is forgotten is no consent any more; what an import did not bring is said to be absent. */
export function consentView({ type, data, effectiveAt, recordedAt, metadata }: RecordedEvent<MembershipEvent>): ConsentView | null {
  if (type !== 'CancellationRequested' || (data.consent === null && !isImported(metadata))) return null;
  const { subscriptionId, attemptId, reason, comment, consent } = data;
  const { disclosures, textHash, language, acknowledgedConsequences } = consent ?? absent;
  return {
    subscriptionId,
    attemptId,
    acceptedAt: effectiveAt,
    recordedAt,
    disclosures,
    textHash,
    language,
    acknowledgedConsequences,
    reason,
    comment,
    actor: metadata.actor,
    channel: metadata.channel,
    evidence: !isImported(metadata) ? 'recorded' : consent ? 'imported' : 'absent',
  };
}
