// What may be asked of a report: which time, in which steps, by what.
import type { Instant } from '#kernel';

export const intervals = ['day', 'week', 'month'] as const;
export type Interval = (typeof intervals)[number];

/** Half-open: `[from, to)`; absent bounds leave that side open. */
export interface ReportRequest {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  /** Calendar steps in UTC; weeks begin on Monday. */
  readonly interval?: Interval | undefined;
  /** Names of the report's groups. */
  readonly groupBy?: readonly string[] | undefined;
  /** Accounts on test clocks alone, or all others alone; both when absent. */
  readonly onTestClock?: boolean | undefined;
}

export const livesByTestClock = 'test_clock_id IS NOT NULL';

/** Conditions of the accounts that are asked for. */
export const ofAccounts = ({ onTestClock }: Pick<ReportRequest, 'onTestClock'>): readonly string[] =>
  onTestClock === undefined ? [] : [onTestClock ? livesByTestClock : `NOT (${livesByTestClock})`];

/** Instant of the beginning of the step that `at` lies in. */
export const stepOf = (interval: Interval, at: string): string => `(date_trunc('${interval}', ${at} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')`;

/** That of the step after it. */
export const nextStepOf = (interval: Interval, at: string): string => `((date_trunc('${interval}', ${at} AT TIME ZONE 'UTC') + interval '1 ${interval}') AT TIME ZONE 'UTC')`;

/** Collects the values of a statement; answers the place of each. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
