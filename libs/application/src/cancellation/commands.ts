// Cancels a plan in one call (R8), and takes a pending cancellation back.
import type { Metadata } from '#kernel';
import type { AcceptedDisclosure, Reason } from '#domain';
import { acceptedTextHash } from '#read-models';
import { AccountCommand, decides } from '../commands.js';

export interface CancellationWish {
  readonly reason?: Reason | undefined;
  readonly acceptedDisclosures?: readonly AcceptedDisclosure[] | undefined;
  readonly acknowledgedConsequences?: boolean | undefined;
}

/** Reason, disclosures and acknowledgement together. */
export class RequestCancellation extends AccountCommand<'RequestCancellation'> {
  constructor(accountId: string, metadata: Metadata, readonly subscriptionId: string, readonly wish: CancellationWish) {
    super(accountId, metadata);
  }
}

/** Strictly before the period ends (R12). */
export class ResumeSubscription extends AccountCommand<'ResumeSubscription'> {
  constructor(accountId: string, metadata: Metadata, readonly subscriptionId: string) {
    super(accountId, metadata);
  }
}

export const RequestCancellationHandler = decides(RequestCancellation, ({ subscriptionId, wish: { reason, acceptedDisclosures = [], acknowledgedConsequences } }) =>
  ({ type: 'RequestCancellation', subscriptionId, reason, acceptedDisclosures, acknowledgedConsequences, textHash: acceptedTextHash(acceptedDisclosures) }));
export const ResumeSubscriptionHandler = decides(ResumeSubscription, ({ subscriptionId }) => ({ type: 'ResumeSubscription', subscriptionId }));
