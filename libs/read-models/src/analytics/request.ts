// What may be asked of a report: which time, in which steps, by what.
import { refuse, Refused, type Instant } from '#kernel';

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

/** What would make the report cheaper, and its answer shorter: as errors of a request point at it. */
export const waysToNarrow = ({ from, to, interval, groupBy = [] }: ReportRequest): readonly { readonly pointer: string; readonly message: string }[] => [
  { pointer: from === undefined ? '/query/from' : '/query/to', message: from === undefined || to === undefined ? 'is absent: ask for less time between from and to' : 'ask for less time between from and to' },
  ...(interval === undefined ? [] : [{ pointer: '/query/interval', message: 'choose a longer one' }]),
  ...(groupBy.length === 0 ? [] : [{ pointer: '/query/groupBy', message: 'choose fewer groups' }]),
];

/** Rows of one answer. */
export const rowsMost = 100_000;

/** Throws `Refused` where there are more than {@link rowsMost}: a statement asks for one more. */
export function notTooMany<Row>(rows: Row[], request: ReportRequest): Row[] {
  if (rows.length <= rowsMost) return rows;
  throw new Refused(refuse('invalid_request', { errors: waysToNarrow(request).map(({ pointer, message }) => ({ pointer, message: `${message}; the answer would have more than ${rowsMost} rows` })) }));
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
