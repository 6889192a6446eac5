// The account's phone numbers with the outcome of each.
import { eventsOfType, type Instant, type Money, type RecordedEvent } from '#kernel';
import { allNumbers, feeBoundaries, isBillable, termsOf, type GiveBack, type Membership, type MembershipEvent, type NumberOrigin, type NumberStatus, type PhoneNumber } from '#domain';

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
  /** The next monthly fee for this number, if it stays; `null`: none is to come. */
  readonly nextFee: { readonly at: Instant; readonly amount: Money } | null;
}

/** The events that tell of a number what its account's state does not; they are about it. */
export const numberTypes = ['NumberPurchased', 'NumberReleased'] as const satisfies readonly MembershipEvent['type'][];

/** All of them, in the order in which they came. */
export const numbersView = (state: Membership, events: readonly RecordedEvent<MembershipEvent>[]): readonly NumberView[] => numberViews(state, allNumbers(state.numbers.all), events);

/** `events`: those about these numbers, at least. */
export function numberViews(state: Membership, numbers: readonly PhoneNumber[], events: readonly RecordedEvent<MembershipEvent>[]): readonly NumberView[] {
  const purchases = byNumber(eventsOfType(events, 'NumberPurchased'));
  const [at] = feeBoundaries(state, 1);
  const nextFee = at === undefined ? null : { at, amount: termsOf(state).numberFee };
  const releases = byNumber(eventsOfType(events, 'NumberReleased'));
  return numbers.map((number) => {
    const { numberId, origin, status, giveBack } = number;
    const purchase = purchases.get(numberId);
    if (!purchase) throw new Error(`number ${numberId} was never purchased`);
    return {
      numberId,
      e164: purchase.data.e164,
      origin,
      status: status === 'active' && state.lapse ? 'held' : status,
      purchasedAt: purchase.effectiveAt,
      releasedAt: releases.get(numberId)?.effectiveAt ?? null,
      giveBack,
      nextFee: isBillable(number) ? nextFee : null,
    };
  });
}

const byNumber = <Event extends { readonly data: { readonly numberId: string } }>(events: readonly Event[]): ReadonlyMap<string, Event> =>
  new Map(events.map((event) => [event.data.numberId, event]));
