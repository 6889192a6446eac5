// What at the carrier an effect is about, and whether the account still asks for it.
import { eventsOfType, type RecordedEvent } from '#kernel';
import { isBeingGivenUp, numberById, type Membership, type MembershipEvent } from '#domain';
import type { CarrierKind, Effect } from '#effects';
import type { CarrierTarget } from './carrier-holdings.js';

/** The events that tell it. */
export const toldBy = ['NumberPurchased', 'TenDlcApplied'] as const satisfies readonly MembershipEvent['type'][];

/** `null`: the account does not ask for it any more. Whether it may is for the holder of the thing to say. */
export function targetOf({ kind, subject }: Pick<Effect, 'subject'> & { readonly kind: CarrierKind }, state: Membership, events: readonly RecordedEvent<MembershipEvent>[]): CarrierTarget | null {
  if (state.purge?.purgedAt) return null;
  if (kind === 'release-number') {
    const number = numberById(state.numbers.all, subject);
    if (!number || !isBeingGivenUp(number)) return null;
    const bought = eventsOfType(events, 'NumberPurchased').find(({ data }) => data.numberId === subject);
    if (!bought || bought.data.e164 === null) return null;
    const { e164, carrierNumberId } = bought.data;
    return { kind, e164, carrierNumberId };
  }
  const applied = eventsOfType(events, 'TenDlcApplied').find(({ data }) => data.registrationId === subject);
  if (!applied || applied.data.brandName === null) return null;
  const { brandId, brandName, messagingServiceSid, campaignId } = applied.data;
  if (kind === 'end-campaign') return { kind, messagingServiceSid, campaignId, brandId, brandName };
  return brandId === null ? null : { kind, brandId, brandName };
}
