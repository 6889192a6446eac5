// What may be asked of a report: which time, in which steps, by what.
import { refuse, Refused, type Instant } from '#kernel';
import { literal } from './statement.js';

export const intervals = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Interval = (typeof intervals)[number];

/** Half-open: `[from, to)`; absent bounds leave that side open. */
export interface ReportRequest {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  /** Calendar steps of the zone; weeks begin on Monday. */
  readonly interval?: Interval | undefined;
  /** An IANA name; UTC when absent. */
  readonly zone?: string | undefined;
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

/** As PostgreSQL writes its length. */
export const lengthOf = (interval: Interval): string => `interval '${interval === 'quarter' ? '3 months' : `1 ${interval}`}'`;

/** The wall clock of the zone that is asked for, in which steps are counted. */
export const wallClock = (at: string, { zone = 'UTC' }: Pick<ReportRequest, 'zone'>): string => `${at} AT TIME ZONE ${literal(zone)}`;

/** The local time at which the step begins that `at` lies in. Where a clock is put back over a beginning, it is the later of the two instants, as everywhere. */
export const localStepOf = (interval: Interval, at: string, request: Pick<ReportRequest, 'zone'>): string => `date_trunc('${interval}', ${wallClock(at, request)})`;

/** The instant of that, the same as the wall clock of {@link localStepOf} tells, in one turn to the rules of the zone instead of two. */
export const stepOf = (interval: Interval, at: string, { zone = 'UTC' }: Pick<ReportRequest, 'zone'>): string => `date_trunc('${interval}', ${at}, ${literal(zone)})`;

/** The instant at which the step after it begins. */
export const nextStepOf = (interval: Interval, at: string, request: Pick<ReportRequest, 'zone'>): string =>
  `(${wallClock(`(${localStepOf(interval, at, request)} + ${lengthOf(interval)})`, request)})`;

/** Whether a step, given by its beginning, is not over: the present of the service, or that of a test clock, lies in it. */
export const isRunning = (interval: Interval, start: string, request: ReportRequest): string =>
  `${start} IN (SELECT ${stepOf(interval, 'now', request)} FROM analytics.presents WHERE ${['true', ...ofAccounts(request)].join(' AND ')})`;
