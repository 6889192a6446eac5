// Cancels a plan in one call (R8), and takes a pending cancellation back.
import type { Metadata } from '#kernel';
import { languageFor, type AcceptedDisclosure, type Language, type Reason } from '#domain';
import { acceptedTextHash } from '#read-models';
import { AccountCommand, decided, decides, handles } from '../commands.js';
import { Memberships } from '../memberships.js';
import { Previews } from './previews.js';

export interface CancellationWish {
  readonly reason?: Reason | undefined;
  readonly acceptedDisclosures?: readonly AcceptedDisclosure[] | undefined;
  readonly acknowledgedConsequences?: boolean | undefined;
  /** In which it was shown; absent: in that of the account. */
  readonly locale?: Language | undefined;
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

export const RequestCancellationHandler = handles(RequestCancellation, [Memberships, Previews], (command, memberships, previews) => decided(memberships, command, async (account) => {
  const { subscriptionId, wish: { reason, acceptedDisclosures = [], acknowledgedConsequences, locale } } = command;
  const language = languageFor(previews.policy, account.state, locale);
  const textHash = acceptedTextHash(previews.policy, acceptedDisclosures, language);
  const unsent = await previews.unsent(account, subscriptionId);
  return { type: 'RequestCancellation', subscriptionId, reason, acceptedDisclosures, acknowledgedConsequences, language, textHash, unsent };
}));
export const ResumeSubscriptionHandler = decides(ResumeSubscription, ({ subscriptionId }) => ({ type: 'ResumeSubscription', subscriptionId }));
