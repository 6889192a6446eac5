// Every report that analysts can ask for by name: what it tells, by what it can be grouped, and how it is read.
import { across, type Database } from '#postgres';
import { churn, churnMeasures, churnStart } from './churn.js';
import { cohortMeasures, cohorts, cohortStart } from './cohorts.js';
import { boolean, type Column, type ReportRow, type Selected } from './columns.js';
import { fees, losses, money, releases, upcoming } from './account-reports.js';
import { cancellationCounts, funnel, reasons, returns } from './cancellation-reports.js';
import { comebacks, departures, funnelSteps, held, resumes, revenueOfCancellations } from './churn-reports.js';
import { columnsOf, count, possibleColumns, type CountedReport } from './counted.js';
import { notTooMany, type ReportRequest } from './request.js';
import type { Statement } from './statement.js';
import { customers, groupLists, revenue, subscriptions, type Terms } from './terms.js';

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
    groups: [...(of.always ?? []), ...Object.values(of.groups({}))],
    possible: possibleColumns(of),
    columns: (request) => columnsOf(of, request),
    statement: (_, request) => Promise.resolve(count(of, request)),
  });

interface OfTerms extends Pick<Declared, 'title' | 'about' | 'total'> {
  readonly of: Terms;
  readonly start: Selected;
  readonly measures: readonly Selected[];
  readonly statement: (of: Terms, ...asked: Parameters<Declared['statement']>) => Promise<Statement>;
}

const unfinished = boolean('unfinished', '', 'true: more may happen in it, as `complete` says, or may come into it. Where an interval is asked for.');

const ofTerms = ({ of, start, measures, statement, ...declared }: OfTerms): Report =>
  report({
    ...declared,
    projection: 'cancellations',
    groups: Object.values(of.groups),
    possible: { keys: [...Object.values(of.groups).filter(({ name }) => !of.always.includes(name)), unfinished], always: [start, ...groupLists(of).columns, ...measures] },
    columns: ({ groupBy, interval }) => [start, ...groupLists(of, groupBy).columns, ...measures, ...(interval === undefined ? [] : [unfinished])],
    statement: (database, request) => statement(of, database, request),
  });

export const reports = {
  cancellations: counted(cancellationCounts),
  reasons: counted(reasons),
  churn: ofTerms({
    title: 'Churn of subscriptions',
    about: 'Of the subscriptions open when a step begins, how many end in it.',
    total: 'Over all time `ended` is that of `cancellations`, as far as none began with an import; `openAtEnd` of a complete step is `openAtStart` of the next one.',
    of: subscriptions,
    start: churnStart,
    measures: churnMeasures(),
    statement: churn,
  }),
  cohorts: ofTerms({
    title: 'Retention of cohorts',
    about: 'Of the subscriptions that started in the same step, how many are still there later.',
    total: '`size` at age 0, added up over the cohorts, is `started` of `churn` added up over the same steps.',
    of: subscriptions,
    start: cohortStart,
    measures: cohortMeasures,
    statement: cohorts,
  }),
  funnel: counted(funnel),
  returns: counted(returns),
  upcoming: counted(upcoming),
  money: counted(money),
  departures: counted(departures),
  customers: ofTerms({
    title: 'Churn of customers',
    about: 'Of the accounts with a plan when a step begins, how many end their last plan in it. Who comes back starts again.',
    total: 'Over all time `ended` is `subscriptions` of `departures` with the last plan, as far as none began with an import.',
    of: customers,
    start: churnStart,
    measures: churnMeasures(),
    statement: churn,
  }),
  recurring: ofTerms({
    title: 'Churn of recurring revenue',
    about: 'What open subscriptions bring a month when a step begins, in minor units, and how much of it ends in the step. A yearly price counts a twelfth, to the nearest unit; a trial brings nothing, and what follows it moves in.',
    total: 'Over all time `ended` is `mrr` of `departures` at the end, as far as none began with an import; `openAtEnd` of a complete step is `openAtStart` of the next one.',
    of: revenue,
    start: churnStart,
    measures: churnMeasures('in one currency'),
    statement: churn,
  }),
  'customer-cohorts': ofTerms({
    title: 'Retention of customers',
    about: 'Of the accounts that became customers in the same step, how many have had a plan ever since.',
    total: '`size` at age 0, added up over the cohorts, is `started` of `customers` added up over the same steps.',
    of: customers,
    start: cohortStart,
    measures: cohortMeasures,
    statement: cohorts,
  }),
  'funnel-steps': counted(funnelSteps),
  resumes: counted(resumes),
  comebacks: counted(comebacks),
  revenue: counted(revenueOfCancellations),
  held: counted(held),
  fees: counted(fees),
  releases: counted(releases),
  losses: counted(losses),
} as const satisfies Record<string, Report>;

export type ReportName = keyof typeof reports;

export const reportNames = Object.keys(reports) as readonly ReportName[];
