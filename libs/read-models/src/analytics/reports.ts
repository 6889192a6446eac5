// Every report that analysts can ask for by name: what it tells, by what it can be grouped, and how it is read.
import type { Database } from '#postgres';
import { cancellationCounts, columnsOf, count, funnel, money, possibleColumns, reasons, returns, upcoming, type CountedReport } from './counted.js';
import { churn, churnMeasures, churnStart } from './churn.js';
import { cohortMeasures, cohorts, cohortStart } from './cohorts.js';
import type { Column, ReportRow, Selected } from './columns.js';
import { notTooMany, type ReportRequest } from './request.js';
import { termGroups } from './terms.js';

export interface Report {
  /** Whose position the answer stands for. */
  readonly projection: string;
  readonly about: string;
  /** What may be asked for; some of it is told whatever is asked for. */
  readonly groups: readonly string[];
  /** Columns that some request brings about, and those that every one does. */
  readonly possible: { readonly keys: readonly Column[]; readonly always: readonly Column[] };
  columns(request: ReportRequest): readonly Column[];
  /** Throws `Refused` where there are more than one answer has. */
  rows(database: Database, request: ReportRequest): Promise<ReportRow[]>;
}

const counted = (report: CountedReport): Report => ({
  projection: report.projection,
  about: report.about,
  groups: [...(report.always ?? []).map(({ name }) => name), ...Object.keys(report.groups)],
  possible: possibleColumns(report),
  columns: (request) => columnsOf(report, request),
  rows: async (database, request) => notTooMany(await count(database, report, request), request),
});

const ofTerms = (about: string, start: Selected, measures: readonly Selected[], rows: Report['rows']): Report => ({
  projection: 'cancellations',
  about,
  groups: Object.keys(termGroups),
  possible: { keys: Object.values(termGroups), always: [start, ...measures] },
  columns: ({ groupBy = [] }) => [start, ...groupBy.flatMap((name) => termGroups[name] ?? []), ...measures],
  rows: async (database, request) => notTooMany(await rows(database, request), request),
});

export const reports = {
  cancellations: counted(cancellationCounts),
  reasons: counted(reasons),
  churn: ofTerms('Of the subscriptions open when a step begins, how many end in it.', churnStart, churnMeasures, churn),
  cohorts: ofTerms('Of the subscriptions that started in the same step, how many are still there later.', cohortStart, cohortMeasures, cohorts),
  funnel: counted(funnel),
  returns: counted(returns),
  upcoming: counted(upcoming),
  money: counted(money),
} as const satisfies Record<string, Report>;

export type ReportName = keyof typeof reports;
