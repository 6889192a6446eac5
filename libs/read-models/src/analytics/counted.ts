// Reports that count the rows of one view, by step of time and by group.
import { boolean, instantColumn, selectList, type Column, type Selected } from './columns.js';
import type { Groups } from './groups.js';
import { isRunning, ofAccounts, rowsMost, stepOf, type Interval, type ReportRequest } from './request.js';
import { literal, Parameters, type Statement } from './statement.js';

export interface CountedReport {
  /** Whose position the answer stands for. */
  readonly projection: string;
  readonly title: string;
  readonly about: string;
  /** Which total of another report its own agrees with; `null`: none. */
  readonly total: string | null;
  readonly view: string;
  /** The instant that a row is counted at; rows without it are not counted. */
  readonly at: string;
  readonly where?: string;
  /** Steps when none are asked for; `null`: one sum over the whole time. */
  readonly interval: Interval | null;
  readonly groups: Groups;
  /** Where each row tells when the one of its account before it counted that is alike in `always`: the column, and the groups in which an account never changes. Accounts are counted by it then, without a sort of all rows. */
  readonly alike?: { readonly at: string; readonly groups: readonly string[] };
  /** When none are asked for. */
  readonly groupBy: readonly string[];
  /** Told whatever is asked for: what cannot be added up across them. */
  readonly always?: readonly Selected[];
  readonly measures: readonly Selected[];
}

/** What the rows that are counted have beside the columns of their view, where there are steps. */
const startOfStep = 'start_of_step';

/** The step of a row, and where steps are asked for, whether it is over. */
const stepColumns = (interval: Interval, request: ReportRequest): readonly Selected[] => [
  instantColumn('start', startOfStep, 'The beginning of the step, in the zone asked for; only steps in which there is something.'),
  ...(request.interval === undefined ? [] : [boolean('unfinished', isRunning(interval, startOfStep, request), 'true: the step is not over, by real time or by that of a test clock that is counted. Where an interval is asked for.')]),
];

export function columnsOf(report: CountedReport, request: ReportRequest): readonly Selected[] {
  const step = request.interval ?? report.interval;
  const names = request.groupBy ?? report.groupBy;
  const known = report.groups(request);
  const groups = names.map((name) => known[name]).filter((group) => group !== undefined);
  const measures = report.measures.map((measure) => (measure.sql === distinctAccounts ? { ...measure, sql: accountsOf(report, step, names, request) } : measure));
  return [...(step ? stepColumns(step, request) : []), ...(report.always ?? []), ...groups, ...measures];
}

export const distinctAccounts = 'count(DISTINCT account_id)';

/** The rows that are the first of their account in the step and the group. */
function accountsOf({ alike }: CountedReport, step: Interval | null, groups: readonly string[], request: ReportRequest): string {
  if (!alike || !step || groups.some((name) => !alike.groups.includes(name))) return distinctAccounts;
  return `count(*) FILTER (WHERE ${alike.at} IS NULL OR ${alike.at} < ${request.from === undefined ? startOfStep : `greatest(${startOfStep}, ${literal(request.from)}::timestamptz)`})`;
}

/** `OFFSET 0`: the step is worked out once for each row, and the database, which cannot know how few there are, does not sort all rows by it. */
export function count(report: CountedReport, request: ReportRequest): Statement {
  const parameters = new Parameters();
  const conditions = [`${report.at} IS NOT NULL`, ...(report.where ? [report.where] : []), ...ofAccounts(request)];
  if (request.from !== undefined) conditions.push(`${report.at} >= ${parameters.add(request.from)}::timestamptz`);
  if (request.to !== undefined) conditions.push(`${report.at} < ${parameters.add(request.to)}::timestamptz`);
  const columns = columnsOf(report, request);
  const keys = columns.length - report.measures.length;
  const places = Array.from({ length: keys }, (_, index) => index + 1).join(', ');
  const grouping = keys > 0 ? `GROUP BY ${places} ORDER BY ${places}` : '';
  const [where, step] = [conditions.join(' AND '), request.interval ?? report.interval];
  const rows = step ? `(SELECT *, ${stepOf(step, report.at, request)} AS ${startOfStep} FROM analytics.${report.view} WHERE ${where} OFFSET 0) AS counted` : `analytics.${report.view} WHERE ${where}`;
  const text = `SELECT ${selectList(columns)} FROM ${rows} ${grouping} LIMIT ${rowsMost + 1}`;
  return { text, values: parameters.values };
}

/** Every column that some request can bring about. */
export const possibleColumns = (report: CountedReport): { readonly keys: readonly Column[]; readonly always: readonly Column[] } => ({
  keys: [...stepColumns('day', { interval: 'day' }), ...Object.values(report.groups({}))],
  always: [...(report.always ?? []), ...report.measures],
});
