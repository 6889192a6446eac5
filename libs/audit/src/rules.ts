// What follows from what, as data: all that the auditor knows of the business. A test holds it against the consequences, of which it imports none.

/** What is lost once after the end of the last plan. */
export interface LossRule {
  readonly kind: string;
  /** The field of the promised policy that says how much later it comes. */
  readonly after: string;
  readonly unit: 'days' | 'years';
  /** The events of which one carries it out, once. */
  readonly by: readonly string[];
  /** What may say that it came when it was due, where the event counts from when it was written. */
  readonly saysDue?: string;
  /** Where it may follow the last Messaging plan instead: the field of the policy that says so. */
  readonly scope?: string;
}

export const lossRules: readonly LossRule[] = [
  { kind: 'release-numbers', after: 'numbersReleaseAfterDays', unit: 'days', by: ['NumberReleaseStarted'] },
  { kind: 'expire-ten-dlc', after: 'tenDlcExpireAfterDays', unit: 'days', by: ['TenDlcExpired', 'TenDlcExpirySkipped'], scope: 'tenDlcScope' },
  { kind: 'purge-data', after: 'purgeAfterYears', unit: 'years', by: ['PurgeStarted'], saysDue: 'due' },
];

/** What comes again and again while plans run: the end of each period by the plan's own dates, and the fees of numbers once a month. */
export const recurrenceKinds = ['number-fees', 'period-end'] as const;

export const auditedKinds: readonly string[] = [...recurrenceKinds, ...lossRules.map(({ kind }) => kind)];

/** Each with the one place where a reader of the log writes down what it has read, as `followers.ts` counts it. */
export const auditedFollowers = ['cancellations', 'ledger_lines', 'memberships'] as const;

export const findings = [
  'not-armed', 'void-though-due', 'fired-without-event', 'at-another-instant', 'not-in-queue', 'armed-though-over', 'unexplained', 'carried-out-twice', 'carried-out-early', 'effect-missing', 'skipped',
] as const;

/**
 * - `not-armed`: the log waits for it, and no row does.
 * - `void-though-due`: its row is void, though nothing took it back.
 * - `fired-without-event`: its row says that it was carried out, and the log does not.
 * - `at-another-instant`: its row is due at another instant than was promised.
 * - `not-in-queue`: its row was given an alarm, and the queue has none.
 * - `armed-though-over`: it was carried out or taken back, and its row still waits.
 * - `unexplained`: a row waits for what does not follow from the log.
 * - `carried-out-twice`, `carried-out-early`: by the log.
 * - `effect-missing`: the outside world was never asked for what an event says that it is asked for.
 * - `skipped`: a reader of the log is past an event that it has not taken in.
 */
export type FindingName = (typeof findings)[number];

/** Something that is not as the log says. */
export interface Finding {
  readonly accountId: string;
  readonly finding: FindingName;
  /** Of the consequence, the effect or the follower. */
  readonly kind: string;
  readonly subject: string;
  readonly generation: number;
}
