// Reports that say what cancellations take and give back: subscriptions, customers, revenue, time, and what an account held.
import { boolean, numberOrNull, sum, sumOfMoney, text, textOrNull, whole, wholeOrNull, type Selected } from './columns.js';
import type { CountedReport } from './counted.js';
import { returnedWithin, share } from './cancellation-reports.js';
import { currency, ofCancellation } from './groups.js';

const mrrOf = (name: string, where: string | null, meaning: string): Selected => sumOfMoney(name, `coalesce(sum(mrr)${where === null ? '' : ` FILTER (WHERE ${where})`}, 0)::bigint`, meaning);

const asked = 'count(*)';
const customersOf = whole('customers', 'count(DISTINCT account_id)', 'Of how many accounts.');

const percentile = (name: string, part: number, of: string, meaning: string): Selected => numberOrNull(name, `percentile_cont(${part}) WITHIN GROUP (ORDER BY ${of})`, meaning);
const seconds = (from: string, to: string): string => `extract(epoch FROM ${to} - ${from})::float8`;

export const departures: CountedReport = {
  projection: 'cancellations',
  title: 'Churn at the request, at the end and with the last plan',
  about: 'Cancellations at each point they come to, each at its own instant: subscriptions, the customers they are of, and the revenue of a month they bring. Resumes and returns stand beside them.',
  total: 'Over all time `subscriptions` of the points request, resume, end and return are `requested`, `resumed`, `ended` and `returned` of `cancellations`; those of last-plan are `ended` of `customers`.',
  view: 'departures',
  at: 'at',
  interval: null,
  groups: ofCancellation('at'),
  groupBy: [],
  always: [text('point', 'point', 'request; resume (taken back); end (taken effect); last-plan (taken effect, and no other plan was open); return.'), currency],
  measures: [
    sum('subscriptions', asked, 'Subscriptions that came to the point.'),
    customersOf,
    mrrOf('mrr', null, 'What they brought a month, in minor units: a yearly price counts a twelfth, a trial nothing.'),
  ],
};

export const revenueOfCancellations: CountedReport = {
  projection: 'cancellations',
  title: 'Revenue lost, kept and come back',
  about: 'What cancelled subscriptions brought a month, by when they were cancelled, and what became of it so far: kept by a resume, lost with the end, or come back after it.',
  total: '`asked` = `pending` + `kept` + `lost` + `cameBack`; over all time it is `mrr` of `departures` at the request, and `kept` that at the resume.',
  view: 'cancellations',
  at: 'requested_at',
  interval: null,
  groups: ofCancellation('requested_at'),
  groupBy: [],
  always: [currency],
  measures: [
    sum('requested', asked, 'Cancellations requested.'),
    mrrOf('asked', null, 'What their subscriptions brought a month, in minor units: a yearly price counts a twelfth, a trial nothing.'),
    mrrOf('pending', `outcome = 'pending'`, 'Of that, what has not come to its end.'),
    mrrOf('kept', `outcome = 'resumed'`, 'Of that, taken back before the end.'),
    mrrOf('lost', `outcome = 'ended'`, 'Of that, ended and not come back so far.'),
    mrrOf('cameBack', `outcome = 'returned'`, 'Of that, ended and followed by a return, whichever plan it was to.'),
  ],
};

export const funnelSteps: CountedReport = {
  projection: 'cancellations',
  title: 'From step to step',
  about: 'Wishes to cancel by each step they have come to, how many come to the next one, and how long that takes those who do.',
  total: 'Over all time `reached` of attempt-request, request-resume, request-end and end-return is `attemptsConfirmed`, `resumed`, `ended` and `returned` of `funnel`.',
  view: 'wish_steps',
  at: 'since',
  interval: null,
  groups: ofCancellation('since'),
  groupBy: [],
  always: [text('step', 'step', 'attempt-request, request-resume, request-end or end-return.')],
  measures: [
    sum('entered', asked, 'Wishes that came to the first of the two.'),
    sum('reached', 'count(until)', 'Of these, those that came to the second so far.'),
    numberOrNull('reachedShare', share('count(until)', asked), 'reached / entered.'),
    percentile('medianSeconds', 0.5, seconds('since', 'until'), 'Of those that reached it: half took no longer.'),
    percentile('p90Seconds', 0.9, seconds('since', 'until'), 'Of those that reached it: nine in ten took no longer.'),
  ],
};

export const resumes: CountedReport = {
  projection: 'cancellations',
  title: 'Resumes',
  about: 'Cancellations that were taken back, by when: how long after the request, and how long before the end.',
  total: 'Over all time `resumed` is that of `cancellations`, and `mrr` is `kept` of `revenue`.',
  view: 'cancellations',
  at: 'resumed_at',
  interval: null,
  groups: ofCancellation('resumed_at'),
  groupBy: [],
  always: [currency],
  measures: [
    sum('resumed', asked, 'Cancellations taken back.'),
    customersOf,
    mrrOf('mrr', null, 'What their subscriptions bring a month, in minor units.'),
    percentile('medianSeconds', 0.5, seconds('requested_at', 'resumed_at'), 'From the request on: half took no longer.'),
    percentile('p90Seconds', 0.9, seconds('requested_at', 'resumed_at'), 'From the request on: nine in ten took no longer.'),
    percentile('medianSecondsLeft', 0.5, seconds('resumed_at', 'effective_at'), 'Until the end that was promised: half had no more.'),
  ],
};

export const comebacks: CountedReport = {
  projection: 'cancellations',
  title: 'Returns, and what had been lost by then',
  about: 'Cancellations that were followed by a return, by when the customer came back, and what the account had lost by then.',
  total: 'Over all time `returned` is that of `cancellations` and of `returns`, and `mrr` is `cameBack` of `revenue`.',
  view: 'cancellations',
  at: 'returned_at',
  interval: null,
  groups: ofCancellation('returned_at'),
  groupBy: [],
  always: [
    textOrNull('lost', 'lost', 'Of numbers, ten-dlc, data and wallet what was gone, separated by commas; empty: nothing. Null: a plan was still open, and nothing had begun to be lost.'),
    currency,
  ],
  measures: [
    sum('returned', asked, 'Cancellations followed by a return.'),
    customersOf,
    mrrOf('mrr', null, 'What the cancelled subscriptions had brought a month, in minor units.'),
    ...[14, 30, 365].map(returnedWithin),
    wholeOrNull('medianDaysToReturn', 'percentile_disc(0.5) WITHIN GROUP (ORDER BY days_to_return)', 'The lower of the two in the middle.'),
  ],
};

export const held: CountedReport = {
  projection: 'cancellations',
  title: 'What was held at the end',
  about: 'Phone numbers, registrations and wallets of accounts at the instant at which a cancellation took effect.',
  total: 'Over all time `ended` is that of `cancellations` and of `returns`.',
  view: 'cancellations',
  at: 'ended_at',
  interval: null,
  groups: ofCancellation('ended_at'),
  groupBy: [],
  always: [boolean('lastPlan', 'last_plan', 'Whether no other plan was open then, so that what is held begins to be lost.'), currency],
  measures: [
    sum('ended', asked, 'Cancellations that took effect.'),
    customersOf,
    sum('numbers', 'coalesce(sum(numbers_at_end), 0)::bigint', 'Phone numbers that stood in their accounts. An account of which two plans end is counted twice.'),
    sum('registrations', `count(*) FILTER (WHERE ten_dlc_at_end IN ('pending', 'active'))`, 'Of the accounts, those with a 10DLC registration that was active or applied for.'),
    sumOfMoney('wallet', 'coalesce(sum(wallet_at_end), 0)::bigint', 'What was in their wallets, in minor units.'),
  ],
};
