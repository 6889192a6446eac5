// Reports that count the rows of one view, by step of time and by group.
import { boolean, instantColumn, selectList, type Column, type Selected } from './columns.js';
import type { Groups } from './groups.js';
import { isRunning, ofAccounts, rowsMost, stepOf, type Interval, type ReportRequest } from './request.js';
import { Parameters, type Statement } from './statement.js';

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
  /** When none are asked for. */
  readonly groupBy: readonly string[];
  /** Told whatever is asked for: what cannot be added up across them. */
  readonly always?: readonly Selected[];
  readonly measures: readonly Selected[];
}

/** The step of a row, and where steps are asked for, whether it is over. */
export const stepColumns = (interval: Interval, at: string, request: ReportRequest): readonly Selected[] => [
  instantColumn('start', stepOf(interval, at, request), 'The beginning of the step, in the zone asked for; only steps in which there is something.'),
  ...(request.interval === undefined ? [] : [boolean('unfinished', isRunning(interval, stepOf(interval, at, request), request), 'true: the step is not over, by real time or by that of a test clock that is counted. Where an interval is asked for.')]),
];

export function columnsOf(report: CountedReport, request: ReportRequest): readonly Selected[] {
  const step = request.interval ?? report.interval;
  const names = request.groupBy ?? report.groupBy;
  const known = report.groups(request);
  const groups = names.map((name) => known[name]).filter((group) => group !== undefined);
  return [...(step ? stepColumns(step, report.at, request) : []), ...(report.always ?? []), ...groups, ...report.measures];
}

export function count(report: CountedReport, request: ReportRequest): Statement {
  const parameters = new Parameters();
  const conditions = [`${report.at} IS NOT NULL`, ...(report.where ? [report.where] : []), ...ofAccounts(request)];
  if (request.from !== undefined) conditions.push(`${report.at} >= ${parameters.add(request.from)}::timestamptz`);
  if (request.to !== undefined) conditions.push(`${report.at} < ${parameters.add(request.to)}::timestamptz`);
  const columns = columnsOf(report, request);
  const keys = columns.length - report.measures.length;
  const places = Array.from({ length: keys }, (_, index) => index + 1).join(', ');
  const grouping = keys > 0 ? `GROUP BY ${places} ORDER BY ${places}` : '';
  const text = `SELECT ${selectList(columns)} FROM analytics.${report.view} WHERE ${conditions.join(' AND ')} ${grouping} LIMIT ${rowsMost + 1}`;
  return { text, values: parameters.values };
}

/** Every column that some request can bring about. */
export const possibleColumns = (report: CountedReport): { readonly keys: readonly Column[]; readonly always: readonly Column[] } => ({
  keys: [...stepColumns('day', report.at, { interval: 'day' }), ...Object.values(report.groups({}))],
  always: [...(report.always ?? []), ...report.measures],
});
