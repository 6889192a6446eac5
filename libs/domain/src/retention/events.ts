// The year in which data is kept, what may stop the clock, and the end of it.
import { event, type EventOf, type Instant, type Personal } from '#kernel';

export const LegalHoldPlaced = event('LegalHoldPlaced')<{ holdId: string; reason: Personal<string>; reviewAt: Instant }>({
  personal: ['reason'],
});

export const LegalHoldLifted = event('LegalHoldLifted')<{ holdId: string }>();

export const PurgeStarted = event('PurgeStarted')<{
  purgeId: string;
  /** The year is over, or an operator granted an early erasure. */
  basis: string;
  due: Instant;
}>();

/** Nothing of the person is left; what stood where, and how much of it. */
export const DataPurged = event('DataPurged')<{
  purgeId: string;
  counts: Readonly<Record<string, number>>;
}>();

export const retentionEvents = [LegalHoldPlaced, LegalHoldLifted, PurgeStarted, DataPurged] as const;

export type RetentionEvent = EventOf<(typeof retentionEvents)[number]>;
