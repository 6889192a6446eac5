// Phone numbers: bought, removed, billed by the month, and released after the end.
import { event, type EventOf, type Money, type Personal } from '#kernel';

export type NumberId = string;

/** Ported-in and verified numbers are not ours to release. */
export type NumberOrigin = 'purchased' | 'ported' | 'verified';

export const NumberPurchased = event('NumberPurchased')<{
  numberId: NumberId;
  e164: Personal<string>;
  /** Keyed hash of the number, for look-ups that need no person. */
  e164Hash: string;
  origin: NumberOrigin;
}>({ personal: ['e164'] });

export const NumberRemoved = event('NumberRemoved')<{ numberId: NumberId }>();

/** One billing boundary: `count` numbers at `rate`; `amount` is what left the wallet (R15). */
export const NumberFeesCharged = event('NumberFeesCharged')<{
  count: number;
  rate: Money;
  amount: Money;
}>();

/** What the wallet could not pay at a boundary; it moves nothing (A9). */
export const NumberFeesFellShort = event('NumberFeesFellShort')<{
  count: number;
  rate: Money;
  amount: Money;
}>();

export const NumberReleaseStarted = event('NumberReleaseStarted')<{
  numberIds: readonly NumberId[];
  /** Not ours to release: named, and left alone. */
  leftIds: readonly NumberId[];
}>();

export const NumberReleased = event('NumberReleased')<{ numberId: NumberId }>();

export const NumberReleaseBlocked = event('NumberReleaseBlocked')<{ numberId: NumberId; reason: string }>();

/** All are settled (R18). */
export const NumbersReleased = event('NumbersReleased')<{ released: number; blocked: number; left: number }>();

export const numberEvents = [
  NumberPurchased,
  NumberRemoved,
  NumberFeesCharged,
  NumberFeesFellShort,
  NumberReleaseStarted,
  NumberReleased,
  NumberReleaseBlocked,
  NumbersReleased,
] as const;

export type NumberEvent = EventOf<(typeof numberEvents)[number]>;
