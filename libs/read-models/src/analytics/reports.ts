// Every report that analysts can ask for by name: what it tells, by what it can be grouped, and how it is read.
import { across, type Database } from '#postgres';
import { churn, churnMeasures, churnStart } from './churn.js';
import { cohortMeasures, cohorts, cohortStart } from './cohorts.js';
import { boolean, type Column, type ReportRow, type Selected } from './columns.js';
import { cancellationCounts, columnsOf, count, funnel, money, possibleColumns, reasons, returns, upcoming, type CountedReport } from './counted.js';
import { notTooMany, type ReportRequest } from './request.js';
import type { Statement } from './statement.js';
import { termGroups } from './terms.js';

interface Declared {
  /** Whose position the answer stands for. */
  readonly projection: string;
  /** In a few words. */
  readonly title: string;
  readonly about: string;
  /** Which total of another report its own agrees with; `null`: none. */
  readonly total: string | null;
  /** What may be asked for; some of it is told whatever is asked for. */
  readonly groups: readonly Column[];
  /** Columns that some request brings about, and those that every one does. */
  readonly possible: { readonly keys: readonly Column[]; readonly always: readonly Column[] };
  columns(request: ReportRequest): readonly Column[];
  /** What is run; where its bounds have to be found first, they are. Throws `Refused` where it would tell too many steps. */
  statement(database: Database, request: ReportRequest): Promise<Statement>;
}

export interface Report extends Declared {
  /** Throws `Refused` where there are more than one answer has. */
  rows(database: Database, request: ReportRequest): Promise<ReportRow[]>;
}

/** The one place where a report is run. */
const report = (declared: Declared): Report => ({
  ...declared,
  async rows(database, request) {
    const { text, values } = await declared.statement(database, request);
    return notTooMany(await database.query<ReportRow>(`${across('reports')}${text}`, values), request);
  },
});

const counted = (of: CountedReport): Report =>
  report({
    projection: of.projection,
    title: of.title,
    about: of.about,
    total: of.total,
    groups: [...(of.always ?? []), ...Object.values(of.groups)],
    possible: possibleColumns(of),
    columns: (request) => columnsOf(of, request),
    statement: (_, request) => Promise.resolve(count(of, request)),
  });

interface OfTerms extends Pick<Declared, 'title' | 'about' | 'total' | 'statement'> {
  readonly start: Selected;
  readonly measures: readonly Selected[];
}

const unfinished = boolean('unfinished', '', 'true: more may happen in it, as `complete` says, or may come into it. Where an interval is asked for.');

const ofTerms = ({ start, measures, ...declared }: OfTerms): Report =>
  report({
    ...declared,
    projection: 'cancellations',
    groups: Object.values(termGroups),
    possible: { keys: [...Object.values(termGroups), unfinished], always: [start, ...measures] },
    columns: ({ groupBy = [], interval }) => [start, ...groupBy.flatMap((name) => termGroups[name] ?? []), ...measures, ...(interval === undefined ? [] : [unfinished])],
  });

export const reports = {
  cancellations: counted(cancellationCounts),
  reasons: counted(reasons),
  churn: ofTerms({
    title: 'Churn',
    about: 'Of the subscriptions open when a step begins, how many end in it.',
    total: 'Over all time `ended` is the number of rows of analytics.subscriptions with an `ended_at`; `openAtEnd` of a complete step is `openAtStart` of the next one.',
    start: churnStart,
    measures: churnMeasures,
    statement: churn,
  }),
  cohorts: ofTerms({
    title: 'Retention of cohorts',
    about: 'Of the subscriptions that started in the same step, how many are still there later.',
    total: '`size` at age 0, added up over the cohorts, is `started` of `churn` added up over the same steps.',
    start: cohortStart,
    measures: cohortMeasures,
    statement: cohorts,
  }),
  funnel: counted(funnel),
  returns: counted(returns),
  upcoming: counted(upcoming),
  money: counted(money),
} as const satisfies Record<string, Report>;

export type ReportName = keyof typeof reports;

export const reportNames = Object.keys(reports) as readonly ReportName[];
