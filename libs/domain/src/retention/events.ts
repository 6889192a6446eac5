// The year in which data is kept, what may stop the clock, and the end of it.
import { event, type EventOf, type Instant } from '#kernel';

export const LegalHoldPlaced = event('LegalHoldPlaced')<{ holdId: string; reviewAt: Instant }, { reason: string }>({ personal: { reason: true } });

export const LegalHoldLifted = event('LegalHoldLifted')<{ holdId: string }>();

/** Told beforehand, once: something irreversible is near. */
export const LossAnnounced = event('LossAnnounced')<{
  /** The kind of the consequence. */
  loss: string;
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

/** The proof of a purge: what was deleted where, what was looked through afterwards, what outlives it. */
export interface Proof {
  /** Records deleted, by category. */
  readonly counts: Readonly<Record<string, number>>;
  readonly stores: readonly {
    readonly name: string;
    readonly counts: Readonly<Record<string, number>>;
    /** To exactly the sealed records that were deleted; `null` where there was none. */
    readonly commitment: { readonly algorithm: 'sha-256-sum'; readonly salt: string; readonly sum: string } | null;
  }[];
  readonly verification: { readonly tables: number; readonly markers: number; readonly jobs: number; readonly findings: number };
  readonly exceptions: readonly { readonly kind: string; readonly records: number; readonly reason: string; readonly expiresAt: Instant | null }[];
}

/** Nothing of the person is left. */
export const DataPurged = event('DataPurged')<{ purgeId: string } & Proof>();

export const retentionEvents = [LegalHoldPlaced, LegalHoldLifted, LossAnnounced, PurgeStarted, DataPurged] as const;

export type RetentionEvent = EventOf<(typeof retentionEvents)[number]>;
