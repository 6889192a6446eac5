// How long after the end each consequence comes. The values in force are frozen into every cancellation (R33).
import { later, type Instant } from '#kernel';
import { plusYears } from './calendar.js';

export interface Policy {
  readonly version: string;
  readonly numbersReleaseAfterDays: number;
  readonly tenDlcExpireAfterDays: number;
  readonly purgeAfterYears: number;
  /** Whether the 10DLC registration follows the last plan of the account or the last Messaging plan (A4). */
  readonly tenDlcScope: 'account' | 'messaging';
  /** Whether numbers are billed between the end and their release (A8). */
  readonly numberFeesAfterEnd: boolean;
}

/** Nothing that a customer is promised, hence part of no cancellation and no policy: what is owed to others after their data is gone. */
export const lastingDuties = {
  /** How long it is kept, as a hash, that somebody wants no more messages and calls. */
  optOutsKeptYears: 5,
  /** How long the evidence of a consent is kept after it was given, and at least after the end. */
  consentsKeptYears: 3,
  consentsKeptYearsAfterEnd: 1,
} as const;

/** An opt-out is nobody's any more by then, so no account's zone tells the day. */
export const optOutsKeptUntil = (purgedAt: Instant): Instant => plusYears(purgedAt, 'UTC', lastingDuties.optOutsKeptYears);

/**
 * Until when the evidence of a consent outlives the purge: three years after it was given, or one year after the end, whichever is later
 * (California Business and Professions Code § 17602(b)).
 */
export const consentKeptUntil = (givenAt: Instant, endedAt: Instant): Instant =>
  later(plusYears(givenAt, 'UTC', lastingDuties.consentsKeptYears), plusYears(endedAt, 'UTC', lastingDuties.consentsKeptYearsAfterEnd));

/** What was promised under either of two policies, whichever favours the customer: a deadline never moves nearer (R33). */
export const morePatient = (a: Policy, b: Policy): Policy => ({
  ...b,
  numbersReleaseAfterDays: Math.max(a.numbersReleaseAfterDays, b.numbersReleaseAfterDays),
  tenDlcExpireAfterDays: Math.max(a.tenDlcExpireAfterDays, b.tenDlcExpireAfterDays),
  purgeAfterYears: Math.max(a.purgeAfterYears, b.purgeAfterYears),
  tenDlcScope: a.tenDlcScope === 'account' ? 'account' : b.tenDlcScope,
  numberFeesAfterEnd: a.numberFeesAfterEnd && b.numberFeesAfterEnd,
});
