// What was accepted when a plan was cancelled: the evidence (R7).
import { eventsOfType, type Actor, type Instant, type RecordedEvent } from '#kernel';
import type { AcceptedDisclosure, MembershipEvent } from '#domain';
import { ofThisLife } from '../this-life.js';

export interface ConsentView {
  readonly subscriptionId: string;
  readonly attemptId: string | null;
  readonly acceptedAt: Instant;
  readonly recordedAt: Instant;
  readonly disclosures: readonly AcceptedDisclosure[];
  /** SHA-256 of the text of these disclosures as it was shown; `null`: none was accepted. */
  readonly textHash: string | null;
  readonly acknowledgedConsequences: boolean;
  readonly reason: string | null;
  readonly comment: string | null;
  readonly actor: Actor;
  readonly channel: string;
}

/** Those whose evidence is there: what is forgotten is no consent any more. */
export const consentsView = (events: readonly RecordedEvent<MembershipEvent>[]): readonly ConsentView[] =>
  eventsOfType(ofThisLife(events), 'CancellationRequested').flatMap(({ data: { subscriptionId, attemptId, consent, reason, comment }, effectiveAt, recordedAt, metadata }) => {
    if (consent === null) return [];
    const { disclosures, textHash, acknowledgedConsequences } = consent;
    return [{
      subscriptionId,
      attemptId,
      acceptedAt: effectiveAt,
      recordedAt,
      disclosures,
      textHash,
      acknowledgedConsequences,
      reason,
      comment,
      actor: metadata.actor,
      channel: metadata.channel,
    }];
  });
