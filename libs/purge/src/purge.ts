// What a purge is: to the account that asks for it, to the row that keeps it, and to the certificate that proves it.
import type { Instant } from '#kernel';
import type { Counts } from './data-store.js';

/** In the order in which they are taken; each may be taken again after a kill. */
export const purgeSteps = ['ledger', 'markers', 'releases', 'exceptions', 'stores', 'traces', 'queue', 'key', 'verification'] as const;
export type PurgeStep = (typeof purgeSteps)[number];

/** `failed` waits for an operator. */
export const purgeStatuses = ['running', 'failed', 'done'] as const;
export type PurgeStatus = (typeof purgeStatuses)[number];

export interface PurgeRequest {
  readonly purgeId: string;
  readonly accountId: string;
  /** The event that began the life that is purged. */
  readonly lifeId: string;
  readonly testClockId: string | null;
  /** Why: the year is over, or the legal ground of an early erasure. */
  readonly basis: string;
  /** From when on nothing was to be readable, in the account's time. */
  readonly dueAt: Instant;
  /** When it began, in the account's time. */
  readonly begunAt: Instant;
}

/** A purge that a worker has taken up; `claim` is the fence. */
export interface ClaimedPurge extends PurgeRequest {
  readonly step: PurgeStep;
  readonly claim: number;
  readonly attempts: number;
  /** Nobody waits for the outside world any longer. */
  readonly waitedLong: boolean;
  /** Nor for the word to the person that it is done. */
  readonly waitedForWord: boolean;
  readonly salt: Buffer;
  /** Sealed; what of the person must not be found afterwards. */
  readonly markers: Buffer | null;
  readonly exceptions: readonly Exception[] | null;
  /** How often the stores were emptied in vain. */
  readonly rounds: number;
  /** The reason with which an operator has accepted what the verification found, and where that was. */
  readonly findingsAccepted: string | null;
  readonly placesAccepted: readonly string[];
}

/** Something that outlives the purge by policy. */
export interface Exception {
  readonly kind: string;
  readonly records: number;
  readonly reason: string;
  /** When the last of it is deleted; `null`: it stays. */
  readonly expiresAt: Instant | null;
}

/** A commitment to exactly the sealed records that were deleted, which tells nothing about them. */
export interface Commitment {
  /** The sum, modulo 2^256, of SHA-256(salt ‖ SHA-256(record)) over all records, in any order. */
  readonly algorithm: 'sha-256-sum';
  /** Base64url. */
  readonly salt: string;
  /** 64 hexadecimal digits. */
  readonly sum: string;
}

export interface EmptiedStore {
  readonly name: string;
  readonly counts: Counts;
  readonly commitment: Commitment | null;
}

export interface Verification {
  readonly tables: number;
  readonly markers: number;
  /** Jobs looked at in the queues. */
  readonly jobs: number;
  /** Places where a marker was found; more than 0 only where an operator accepted them. */
  readonly findings: number;
}

export interface PurgeProof {
  readonly counts: Counts;
  readonly stores: readonly EmptiedStore[];
  readonly verification: Verification;
  readonly exceptions: readonly Exception[];
}

/** As operators see it. */
export interface RecordedPurge extends Omit<PurgeRequest, 'testClockId' | 'lifeId' | 'begunAt'> {
  readonly status: PurgeStatus;
  /** Under way or next; of one that is done, the last. */
  readonly step: PurgeStep;
  readonly stores: readonly { readonly name: string; readonly deleted: Counts; readonly finished: boolean }[];
  /** Rows, by column and condition, and jobs in which something of the person was found; tables that could not be searched. */
  readonly findings: readonly string[];
  /** Who accepted findings, and why. */
  readonly findingsAccepted: string | null;
  readonly exceptions: readonly Exception[];
  /** Of one that waits for the outside world, until when it does at most; `null` at every other step. */
  readonly waitsUntil: Instant | null;
  /** Failed attempts since the last success. */
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
  readonly lastError: string | null;
  /** Real time, as is `doneAt`. */
  readonly startedAt: Instant;
  readonly doneAt: Instant | null;
}

/** The account's side of a purge. */
export interface PurgeCommands {
  /** What of the person must not be found afterwards. Read while the key stands. */
  markers(accountId: string): Promise<readonly string[]>;
  /** Whether the outside world is still being asked for something that needs the person's data. */
  awaitsReleases(purge: PurgeRequest): Promise<boolean>;
  /** Whether the person is still being told that it is done: the address goes with the key. */
  awaitsWord(purge: PurgeRequest): Promise<boolean>;
  /** Puts what outlives the purge where it stays, in the surrounding transaction; may be called again. */
  outlive(purge: PurgeRequest): Promise<readonly Exception[]>;
  /** What time it is for the account. */
  now(accountId: string): Promise<Instant>;
  /** Tells the account, in the surrounding transaction, that its data is gone as of `purgedAt`. */
  conclude(purge: PurgeRequest, proof: PurgeProof, purgedAt: Instant): Promise<void>;
}
