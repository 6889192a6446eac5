// What a `DataPurged` event tells of a purge; the certificate repeats it and adds nothing.
import type { Instant } from '#kernel';

/**
 * One number for all the records that a store held: SHA-256 of the salt and each record, summed modulo 2^256. Whoever has the records
 * still can show that these were the ones; nobody else learns anything from it.
 */
export interface Commitment {
  readonly algorithm: 'sha-256-sum';
  /** Base64url. */
  readonly salt: string;
  /** Hexadecimal. */
  readonly sum: string;
}

export interface PurgedStore {
  readonly name: string;
  /** Records deleted, by category. */
  readonly counts: Readonly<Record<string, number>>;
  /** `null`: the store held nothing that could be shown to anybody. */
  readonly commitment: Commitment | null;
}

/** Where was looked for what should be gone; a purge with findings is not finished and has no certificate. */
export interface Verification {
  readonly tables: number;
  readonly markers: number;
  readonly jobs: number;
  readonly findings: 0;
}

/** What is kept beyond the purge, and why. */
export interface Exception {
  readonly kind: 'opt-outs' | 'consents' | 'ledger' | 'unsettled-releases';
  readonly records: number;
  readonly reason: string;
  /** `null`: until somebody settles it. */
  readonly expiresAt: Instant | null;
}

export interface PurgeRecord {
  readonly purgeId: string;
  /** Records deleted, by category. */
  readonly counts: Readonly<Record<string, number>>;
  readonly stores: readonly PurgedStore[];
  readonly verification: Verification;
  readonly exceptions: readonly Exception[];
}

/** The first purges recorded an id and counts alone. */
export type RecordedPurge = Pick<PurgeRecord, 'purgeId' | 'counts'> & Partial<PurgeRecord>;
