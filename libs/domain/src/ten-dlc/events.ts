// The 10DLC registration: applied for, approved, expired; who comes back later applies again.
import { event, type EventOf } from '#kernel';

export const TenDlcApplied = event('TenDlcApplied')<{
  registrationId: string;
  /** What there is at the carrier to be ended with the registration. */
  atCarrier: { campaign: boolean; brand: boolean };
}, {
  brandName: string;
  /** The carrier's own ids, where they were told; whoever applies may write anything there. */
  messagingServiceSid: string;
  campaignId: string;
  brandId: string;
}>({
  personal: { brandName: true, messagingServiceSid: true, campaignId: true, brandId: true },
  subject: 'registrationId',
  past: [
    (data) => {
      const { messagingServiceSid, campaignId, brandId } = data;
      return { ...data, atCarrier: { campaign: (messagingServiceSid ?? campaignId) !== null, brand: brandId !== null } };
    },
  ],
});

/** Approved: active from here on. */
export const TenDlcRegistered = event('TenDlcRegistered')<{ registrationId: string }>({ subject: 'registrationId' });

export const TenDlcExpired = event('TenDlcExpired')<{ registrationId: string }>({ subject: 'registrationId' });

/** The day of the expiry came and there was no registration to expire. */
export const TenDlcExpirySkipped = event('TenDlcExpirySkipped')<Record<never, never>>();

/** What the registry or carrier answered after the registration had expired here; the expiry itself does not wait for it. */
export const TenDlcDeregistered = event('TenDlcDeregistered')<{
  registrationId: string;
  part: 'campaign' | 'brand';
  outcome: 'released' | 'already-gone' | 'settled-elsewhere';
  /** A short word of the carrier port. */
  reason: string | null;
}, {
  /** The operator's own words. */
  note: string;
}>({ personal: { note: true }, texts: ['reason'], subject: 'registrationId' });

export const TenDlcDeregistrationBlocked = event('TenDlcDeregistrationBlocked')<{
  registrationId: string;
  part: 'campaign' | 'brand';
  reason: string;
}>({ texts: ['reason'], subject: 'registrationId' });

/** An operator had the far side asked once more. */
export const TenDlcDeregistrationRetried = event('TenDlcDeregistrationRetried')<{
  registrationId: string;
  part: 'campaign' | 'brand';
}, { reason: string }>({ personal: { reason: true }, subject: 'registrationId' });

export const tenDlcEvents = [
  TenDlcApplied,
  TenDlcRegistered,
  TenDlcExpired,
  TenDlcExpirySkipped,
  TenDlcDeregistered,
  TenDlcDeregistrationBlocked,
  TenDlcDeregistrationRetried,
] as const;

export type TenDlcEvent = EventOf<(typeof tenDlcEvents)[number]>;
