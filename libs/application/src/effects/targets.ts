// Whom or what at the carrier an effect is about, and whether the account still asks for it.
import type { RecordedEvent } from '#kernel';
import type { Effect, EffectTarget } from '#effects';
import type { Account } from '../memberships.js';

/** `null`: nobody asks for it any more. */
export function targetOf({ kind, subject }: Pick<Effect, 'kind' | 'subject'>, account: Pick<Account, 'state' | 'events'>): EffectTarget | null {
  const { state, events } = account;
  if (state.purge?.purgedAt) return null;
  if (kind === 'release-number') {
    const wanted = state.numbers.all.some(({ numberId, status }) => numberId === subject && (status === 'releasing' || status === 'blocked'));
    const bought = wanted ? find(events, 'NumberPurchased', 'numberId', subject) : undefined;
    const e164 = text(bought, 'e164');
    return e164 === null ? null : { kind, e164, carrierNumberId: text(bought, 'carrierNumberId') };
  }
  const applied = find(events, 'TenDlcApplied', 'registrationId', subject);
  const id = kind === 'end-campaign' ? 'campaignId' : 'brandId';
  if (text(applied, id) !== null && text(applied, id) === text(later(account, subject), id)) return null;
  const [brandId, brandName] = [text(applied, 'brandId'), text(applied, 'brandName')];
  if (brandName === null) return null;
  if (kind === 'end-campaign') return { kind, messagingServiceSid: text(applied, 'messagingServiceSid'), campaignId: text(applied, 'campaignId'), brandId, brandName };
  return brandId === null ? null : { kind, brandId, brandName };
}

/** The registration of who came back. What it goes on with at the carrier must not end with an older one (R31). */
function later({ state: { tenDlc }, events }: Pick<Account, 'state' | 'events'>, subject: string): RecordedEvent | undefined {
  const stands = tenDlc.status === 'pending' || tenDlc.status === 'active';
  return stands && tenDlc.registrationId !== null && tenDlc.registrationId !== subject
    ? find(events, 'TenDlcApplied', 'registrationId', tenDlc.registrationId)
    : undefined;
}

const find = (events: readonly RecordedEvent[], wanted: string, field: string, id: string): RecordedEvent | undefined =>
  events.find(({ type, data }) => type === wanted && data[field] === id);

const text = (event: RecordedEvent | undefined, field: string): string | null => {
  const value = event?.data[field];
  return typeof value === 'string' ? value : null;
};
