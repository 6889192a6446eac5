// Whom or what at the carrier an effect is about, and whether the account still asks for it.
import type { RecordedEvent } from '#kernel';
import { isBeingGivenUp, type Membership } from '#domain';
import type { Effect, EffectTarget } from '#effects';

/** `null`: the account does not ask for it any more. Whether it may is for the holder of the thing to say. */
export function targetOf({ kind, subject }: Pick<Effect, 'kind' | 'subject'>, state: Membership, events: readonly RecordedEvent[]): EffectTarget | null {
  if (state.purge?.purgedAt) return null;
  if (kind === 'release-number') {
    const wanted = state.numbers.all.some((number) => number.numberId === subject && isBeingGivenUp(number));
    const bought = wanted ? find(events, 'NumberPurchased', 'numberId', subject) : undefined;
    const e164 = text(bought, 'e164');
    return e164 === null ? null : { kind, e164, carrierNumberId: text(bought, 'carrierNumberId') };
  }
  const applied = find(events, 'TenDlcApplied', 'registrationId', subject);
  const [brandId, brandName] = [text(applied, 'brandId'), text(applied, 'brandName')];
  if (brandName === null) return null;
  if (kind === 'end-campaign') return { kind, messagingServiceSid: text(applied, 'messagingServiceSid'), campaignId: text(applied, 'campaignId'), brandId, brandName };
  return brandId === null ? null : { kind, brandId, brandName };
}

const find = (events: readonly RecordedEvent[], wanted: string, field: string, id: string): RecordedEvent | undefined =>
  events.find(({ type, data }) => type === wanted && data[field] === id);

const text = (event: RecordedEvent | undefined, field: string): string | null => {
  const value = event?.data[field];
  return typeof value === 'string' ? value : null;
};
