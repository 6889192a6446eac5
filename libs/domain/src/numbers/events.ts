// Phone numbers: bought, removed, billed by the month, and released after the end.
import { event, type EventOf, type Instant, type Money } from '#kernel';

export type NumberId = string;

/** Ported-in and verified numbers are not ours to release. */
export type NumberOrigin = 'purchased' | 'ported' | 'verified';

/** The midnight at which a local date is billed, e.g. 20260430. */
export interface FeeBoundary {
  readonly at: Instant;
  readonly date: number;
}

export const NumberPurchased = event('NumberPurchased')<{
  numberId: NumberId;
  /** Keyed hash of the number, for look-ups that need no person. */
  e164Hash: string;
  origin: NumberOrigin;
}, {
  e164: string;
  /** The carrier's own id of the number, where it was told; with some carriers that is the number. */
  carrierNumberId: string;
}>({
  personal: { e164: true, carrierNumberId: true },
  subject: 'numberId',
  // In the first version `carrierNumberId` stood in clear.
  past: [(data) => data],
});

/** Taken out of the account; a purchased one is given back to the carrier at once (A19), and what follows tells what came of that. */
export const NumberRemoved = event('NumberRemoved')<{ numberId: NumberId }>({ subject: 'numberId' });

/** A removed number that the carrier had not been asked for is in use again, in this account or another: it is not given back. */
export const NumberNotGivenBack = event('NumberNotGivenBack')<{ numberId: NumberId }>({ subject: 'numberId' });

/** One billing boundary: `count` numbers at `rate`; `amount` is what left the wallet (R15). */
export const NumberFeesCharged = event('NumberFeesCharged')<{
  count: number;
  rate: Money;
  amount: Money;
  /** The local date that is billed, so that no other rules of the zone can find it unbilled; `null`: written before that was noted. */
  date: number | null;
}>({ past: [(data) => ({ ...data, date: null })] });

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

/** Given up at the carrier, found gone there (`ported-out`: taken to another one), or settled elsewhere by an operator, who says why. */
export const NumberReleased = event('NumberReleased')<{
  numberId: NumberId;
  outcome: 'released' | 'already-gone' | 'settled-elsewhere';
  /** A short word of the carrier port. */
  reason: string | null;
}, {
  /** The operator's own words. */
  note: string;
}>({ personal: { note: true }, texts: ['reason'], subject: 'numberId' });

/** The carrier said no; it stays so until an operator acts, or the customer comes back and keeps the number. */
export const NumberReleaseBlocked = event('NumberReleaseBlocked')<{ numberId: NumberId; reason: string }>({ texts: ['reason'], subject: 'numberId' });

/** An operator had the carrier asked once more. */
export const NumberReleaseRetried = event('NumberReleaseRetried')<{ numberId: NumberId }, { reason: string }>({ personal: { reason: true }, subject: 'numberId' });

/** Somebody came back before the carrier was asked for these: they are kept (A13). */
export const NumberReleaseWithdrawn = event('NumberReleaseWithdrawn')<{ numberIds: readonly NumberId[] }>();

/** All are settled (R18). */
export const NumbersReleased = event('NumbersReleased')<{ released: number; left: number }>();

export const numberEvents = [
  NumberPurchased,
  NumberRemoved,
  NumberNotGivenBack,
  NumberFeesCharged,
  NumberFeesFellShort,
  NumberReleaseStarted,
  NumberReleased,
  NumberReleaseBlocked,
  NumberReleaseRetried,
  NumberReleaseWithdrawn,
  NumbersReleased,
] as const;

export type NumberEvent = EventOf<(typeof numberEvents)[number]>;
