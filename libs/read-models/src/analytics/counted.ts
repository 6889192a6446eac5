// Reports that count the rows of one view, by step of time and by group.
import { consequenceKindsInWords } from '#domain';
import { ledgerLineKinds } from '../ledger-lines/projection.js';
import { boolean, booleanOrNull, instantColumn, numberOrNull, selectList, sum, text, textOrNull, whole, wholeOrNull, type Column, type Selected } from './columns.js';
import { isRunning, livesByTestClock, ofAccounts, rowsMost, stepOf, type Interval, type ReportRequest } from './request.js';
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
  readonly groups: Readonly<Record<string, Selected>>;
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
  const groups = names.map((name) => report.groups[name]).filter((group) => group !== undefined);
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
  keys: [...stepColumns('day', report.at, { interval: 'day' }), ...Object.values(report.groups)],
  always: [...(report.always ?? []), ...report.measures],
});

export const onTestClock = boolean('onTestClock', livesByTestClock, 'Whether the account lives by a test clock.');

export const imported = boolean('imported', 'imported', 'Whether it is told of the time before the account was taken over from another system.');

const ofCancellation = {
  planId: text('planId', 'plan_id', 'The plan.'),
  planKind: text('planKind', 'plan_kind', 'messaging or calling.'),
  reason: textOrNull('reason', 'reason', 'Code of the published list; null where none had to be given.'),
  channel: text('channel', 'channel', 'Through which door the last step was taken.'),
  actorRole: text('actorRole', 'actor_role', 'Who took it.'),
  onTestClock,
  imported,
};

const share = (part: string, whole: string): string => `round((${part})::numeric / nullif(${whole}, 0), 4)::float8`;

const requested = [
  sum('requested', 'count(requested_at)', 'Confirmed: a cancellation came about.'),
  sum('resumed', 'count(resumed_at)', 'Taken back before they took effect.'),
  sum('ended', 'count(ended_at)', 'Taken effect.'),
  sum('returned', 'count(returned_at)', 'Followed by a return.'),
];

export const cancellationCounts: CountedReport = {
  projection: 'cancellations',
  title: 'Cancellations',
  about: 'Cancellations counted by when they began; each in all the steps it has taken since.',
  total: 'Over all time `requested`, `resumed`, `ended` and `returned` are those of `reasons` and `funnel`, `ended` and `returned` those of `returns`.',
  view: 'cancellations',
  at: 'opened_at',
  interval: null,
  groups: { ...ofCancellation, outcome: text('outcome', 'outcome', 'As in analytics.cancellations.') },
  groupBy: [],
  measures: [
    sum('opened', 'count(*)', 'Begun: attempts, and requests without an attempt.'),
    sum('abandoned', `count(*) FILTER (WHERE outcome = 'abandoned')`, 'Attempts that expired without being confirmed.'),
    ...requested,
  ],
};

export const funnel: CountedReport = {
  ...cancellationCounts,
  title: 'How far cancellations go',
  about: 'How far cancellations that were wished go, by when the wish began, and which share of one step reaches the next. Attempts at a term within one paid period are one wish.',
  total: 'Over all time `requested`, `resumed`, `ended` and `returned` are those of `cancellations`.',
  view: 'cancellation_wishes',
  groups: ofCancellation,
  measures: [
    sum('opened', 'count(*)', 'Wishes: with an attempt, or requests without one.'),
    sum('attempts', 'coalesce(sum(attempts), 0)::bigint', 'Attempts in them.'),
    sum('attempted', 'count(attempted_at)', 'Wishes with an attempt: consequences acknowledged (steps 1 to 4 of the page).'),
    sum('attemptsConfirmed', 'count(requested_at) FILTER (WHERE attempted_at IS NOT NULL)', 'Of these, confirmed (steps 5 and 6).'),
    sum('abandoned', `count(*) FILTER (WHERE outcome = 'abandoned')`, 'Wishes whose attempts all expired without being confirmed.'),
    sum('undecided', `count(*) FILTER (WHERE outcome = 'attempted')`, 'Wishes with an attempt that can still be confirmed.'),
    ...requested,
    numberOrNull('requestedShare', share('count(requested_at)', 'count(*)'), 'requested / opened.'),
    numberOrNull('resumedShare', share('count(resumed_at)', 'count(requested_at)'), 'resumed / requested.'),
    numberOrNull('endedShare', share('count(ended_at)', 'count(requested_at)'), 'ended / requested.'),
    numberOrNull('returnedShare', share('count(returned_at)', 'count(ended_at)'), 'returned / ended.'),
  ],
};

const { reason, ...besidesReason } = ofCancellation;

export const reasons: CountedReport = {
  projection: 'cancellations',
  title: 'Reasons',
  about: 'Why plans were cancelled: requested cancellations by the instant of the request.',
  total: 'Over all time `requested`, `resumed`, `ended` and `returned` are those of `cancellations`.',
  view: 'cancellations',
  at: 'requested_at',
  interval: null,
  groups: besidesReason,
  groupBy: [],
  always: [reason],
  measures: requested,
};

const returnedWithin = (days: number): Selected =>
  sum(`returnedWithin${days}Days`, `count(*) FILTER (WHERE returned_at <= ended_at + interval '${days * 24} hours')`, `Of these, within ${days} × 24 hours.`);

export const returns: CountedReport = {
  projection: 'cancellations',
  title: 'Returns',
  about: 'Who came back: cancellations by when they took effect.',
  total: 'Over all time `ended` and `returned` are those of `cancellations`.',
  view: 'cancellations',
  at: 'ended_at',
  interval: null,
  groups: ofCancellation,
  groupBy: [],
  measures: [
    sum('ended', 'count(*)', 'Cancellations that took effect.'),
    sum('returned', 'count(returned_at)', 'Of these, followed by a return so far.'),
    numberOrNull('returnedShare', share('count(returned_at)', 'count(*)'), 'returned / ended.'),
    ...[14, 30, 365].map(returnedWithin),
    wholeOrNull('medianDaysToReturn', 'percentile_disc(0.5) WITHIN GROUP (ORDER BY days_to_return)', 'Of those that returned; the lower of the two in the middle.'),
    sum('purged', 'count(purged_at)', 'Of these, those whose data has been deleted: they cannot come back as who they were.'),
  ],
};

export const upcoming: CountedReport = {
  projection: 'memberships',
  title: 'What is to come',
  about: 'What is to come, by when it is due; what is overdue and not yet carried out stands in its past step.',
  total: null,
  view: 'upcoming',
  at: 'due_at',
  interval: 'day',
  groups: { planId: textOrNull('planId', 'plan_id', 'The plan whose period ends.'), onTestClock },
  groupBy: [],
  always: [
    text('kind', 'kind', `${consequenceKindsInWords}.`),
    text('status', 'status', 'pending; planned: follows once the last plan has ended; held: stopped by a legal hold, or due when the account was taken over and not let go.'),
    booleanOrNull('endsPlan', 'ends_plan', 'Of a period-end: true when the plan ends, false when it renews.'),
  ],
  measures: [
    sum('consequences', 'count(*)', 'How many there are.'),
    whole('accounts', 'count(DISTINCT account_id)', 'Of how many accounts.'),
    { ...wholeOrNull('numbers', 'sum(numbers)', 'Phone numbers in them; null where none are meant.'), adds: 'always' },
  ],
};

export const money: CountedReport = {
  projection: 'ledger_lines',
  title: 'Money',
  about: 'Movements of money by when they count, and charges by when they were asked for, with what became of them. Amounts of different kinds or currencies are never added up.',
  total: '`amount` of all that moves wallets is what is in them: the sum of `wallet_balance` in analytics.memberships.',
  view: 'money',
  at: 'effective_at',
  interval: 'month',
  groups: { onTestClock, imported },
  groupBy: [],
  always: [
    text('kind', 'kind', `${ledgerLineKinds}.`),
    text('source', 'source', 'wallet or card.'),
    text('currency', 'currency', 'ISO 4217 code.'),
  ],
  measures: [
    sum('movements', 'count(moved)', 'How many there are.'),
    whole('amount', 'coalesce(sum(moved), 0)::bigint', 'Minor units: into the wallet positive, out of it negative; a card charge positive; a shortfall states what was not paid.'),
    whole('accounts', 'count(DISTINCT account_id)', 'Of how many accounts.'),
    whole('asked', 'coalesce(sum(asked), 0)::bigint', 'Minor units that cards were asked for then: for plans (card_charge), by auto-recharge (auto_recharge) or by request (top_up).'),
    whole('collected', 'coalesce(sum(collected), 0)::bigint', 'What of that was collected, whenever it was.'),
    whole('failed', 'coalesce(sum(failed), 0)::bigint', 'What of that failed, and was not collected after all.'),
    whole('open', 'coalesce(sum(open), 0)::bigint', 'What of that nothing is known of.'),
  ],
};
