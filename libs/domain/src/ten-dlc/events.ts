// The 10DLC registration: applied for, approved, expired; who comes back later applies again.
import { event, type EventOf, type Personal } from '#kernel';

export const TenDlcApplied = event('TenDlcApplied')<{
  registrationId: string;
  brandName: Personal<string>;
}>({ personal: ['brandName'] });

/** Approved: active from here on. */
export const TenDlcRegistered = event('TenDlcRegistered')<{ registrationId: string }>();

export const TenDlcExpired = event('TenDlcExpired')<{ registrationId: string }>();

/** The day of the expiry came and there was no registration to expire. */
export const TenDlcExpirySkipped = event('TenDlcExpirySkipped')<Record<never, never>>();

export const tenDlcEvents = [TenDlcApplied, TenDlcRegistered, TenDlcExpired, TenDlcExpirySkipped] as const;

export type TenDlcEvent = EventOf<(typeof tenDlcEvents)[number]>;
