// The account's phone numbers with the outcome of each.
import { eventsOfType, type Instant, type RecordedEvent } from '#kernel';
import { allNumbers, type GiveBack, type Membership, type MembershipEvent, type NumberOrigin, type NumberStatus } from '#domain';

export interface NumberView {
  readonly numberId: string;
  /** `null` once the person is forgotten. */
  readonly e164: string | null;
  readonly origin: NumberOrigin;
  /** `held`: the last plan has ended and the number waits for its release, or for a return. */
  readonly status: NumberStatus | 'held';
  readonly purchasedAt: Instant;
  readonly releasedAt: Instant | null;
  /** Of a purchased number that was removed: what the carrier said. `null`: there is nothing to give back. `void`: it is in use again. */
  readonly giveBack: GiveBack | null;
}

export function numbersView({ numbers, lapse }: Membership, events: readonly RecordedEvent<MembershipEvent>[]): readonly NumberView[] {
  const purchases = byNumber(eventsOfType(events, 'NumberPurchased'));
  const releases = byNumber(eventsOfType(events, 'NumberReleased'));
  return allNumbers(numbers.all).map(({ numberId, origin, status, giveBack }) => {
    const purchase = purchases.get(numberId);
    if (!purchase) throw new Error(`number ${numberId} was never purchased`);
    return {
      numberId,
      e164: purchase.data.e164,
      origin,
      status: status === 'active' && lapse ? 'held' : status,
      purchasedAt: purchase.effectiveAt,
      releasedAt: releases.get(numberId)?.effectiveAt ?? null,
      giveBack,
    };
  });
}

const byNumber = <Event extends { readonly data: { readonly numberId: string } }>(events: readonly Event[]): ReadonlyMap<string, Event> =>
  new Map(events.map((event) => [event.data.numberId, event]));
