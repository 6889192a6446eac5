// How long after the end each consequence comes. The values in force are frozen into every cancellation (R33).
import { instant, type Instant } from '#kernel';

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

interface DatedPolicy extends Policy {
  /** In force for cancellations requested from this instant of the account's time. */
  readonly from: Instant;
}

const policies: readonly DatedPolicy[] = [
  {
    version: '2026-01',
    from: instant('0000-01-01T00:00:00Z'),
    numbersReleaseAfterDays: 14,
    tenDlcExpireAfterDays: 30,
    purgeAfterYears: 1,
    tenDlcScope: 'account',
    numberFeesAfterEnd: false,
  },
];

/** Nothing that a customer is promised, hence part of no cancellation: what is owed to others after their data is gone. */
export const lastingDuties = {
  /** How long it is kept, as a hash, that somebody wants no more messages and calls. */
  optOutsKeptYears: 5,
} as const;

export function policyInForce(at: Instant, known: readonly DatedPolicy[] = policies): Policy {
  const dated = known.findLast(({ from }) => from <= at);
  if (!dated) throw new RangeError(`no policy in force at ${at}`);
  const { from: _, ...policy } = dated;
  return policy;
}

/** What was promised under either of two policies, whichever favours the customer: a deadline never moves nearer (R33). */
export const morePatient = (a: Policy, b: Policy): Policy => ({
  ...b,
  numbersReleaseAfterDays: Math.max(a.numbersReleaseAfterDays, b.numbersReleaseAfterDays),
  tenDlcExpireAfterDays: Math.max(a.tenDlcExpireAfterDays, b.tenDlcExpireAfterDays),
  purgeAfterYears: Math.max(a.purgeAfterYears, b.purgeAfterYears),
  tenDlcScope: a.tenDlcScope === 'account' ? 'account' : b.tenDlcScope,
  numberFeesAfterEnd: a.numberFeesAfterEnd && b.numberFeesAfterEnd,
});
