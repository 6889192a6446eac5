// What was accepted when a plan was cancelled: the evidence (R7).
import type { Actor, Instant, RecordedEvent } from '#kernel';
import type { AcceptedDisclosure } from '#domain';
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

export const consentsView = (events: readonly RecordedEvent[]): readonly ConsentView[] =>
  ofThisLife(events)
    .filter(({ type }) => type === 'CancellationRequested')
    .map(({ data, effectiveAt, recordedAt, metadata }) => {
      const { disclosures, textHash, acknowledgedConsequences } = data['consent'] as Pick<
        ConsentView,
        'disclosures' | 'textHash' | 'acknowledgedConsequences'
      >;
      return {
        subscriptionId: data['subscriptionId'] as string,
        attemptId: data['attemptId'] as string | null,
        acceptedAt: effectiveAt,
        recordedAt,
        disclosures,
        textHash,
        acknowledgedConsequences,
        reason: data['reason'] as string | null,
        comment: data['comment'] as string | null,
        actor: metadata.actor,
        channel: metadata.channel,
      };
    });
