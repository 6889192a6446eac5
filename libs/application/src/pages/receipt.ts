// The dates of a cancellation as a file for calendars: the one that comes with the receipt by mail.
import type { EventOf, RecordedEvent } from '#kernel';
import { isLossKind, termsOf, type CancellationRequested, type Language, type Membership, type PolicyInForce, type Subscription } from '#domain';
import { noticeOf } from '#notices';

type Requested = RecordedEvent<EventOf<typeof CancellationRequested>>;

/** iCalendar (RFC 5545). `pageUrl`: where each date leads to. */
export function calendarOfReceipt(state: Membership, { term: { planId, kind, interval } }: Subscription, { version, effectiveAt: requestedAt, data }: Requested, language: Language, pageUrl: string, policy: PolicyInForce): string {
  const losses = (data.promised?.consequences ?? []).flatMap(({ kind: loss, at }) => (isLossKind(loss) ? [{ loss, at }] : []));
  const facts = { plan: { planId, kind, interval }, requestedAt, effectiveAt: data.effectiveAt, losses };
  const addressee = { accountId: state.accountId, name: null, locale: language, timeZone: termsOf(state).timeZone, pageUrl };
  return noticeOf({ message: 'cancellation-confirmed', facts }, addressee, { version, at: requestedAt }, policy).calendar!;
}
