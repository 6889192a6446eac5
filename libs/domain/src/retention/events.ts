// The year in which data is kept, what may stop the clock, and the end of it.
import { event, type EventOf, type Instant, type Personal } from '#kernel';

export const LegalHoldPlaced = event('LegalHoldPlaced')<{ holdId: string; reason: Personal<string>; reviewAt: Instant }>({
  personal: ['reason'],
});

export const LegalHoldLifted = event('LegalHoldLifted')<{ holdId: string }>();

/** Told beforehand, once: something irreversible is near. */
export const LossAnnounced = event('LossAnnounced')<{
  loss: 'release-numbers' | 'expire-ten-dlc' | 'purge-data';
  /** When it comes, if nothing changes. */
  at: Instant;
  daysLeft: number;
  /** The identity of what is announced: the plan it counts from or empty, and the lifecycle it belongs to. */
  subject: string;
  generation: number;
}>();

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

export const retentionEvents = [LegalHoldPlaced, LegalHoldLifted, LossAnnounced, PurgeStarted, DataPurged] as const;

export type RetentionEvent = EventOf<(typeof retentionEvents)[number]>;
