// Reports that count cancellations and wishes to cancel: how many, why, how far they go, who comes back.
import { numberOrNull, sum, text, wholeOrNull, type Selected } from './columns.js';
import type { CountedReport } from './counted.js';
import { ofCancellation, reason, without } from './groups.js';

/** A part of a whole, to four places; null of nothing. */
export const share = (part: string, whole: string): string => `round((${part})::numeric / nullif(${whole}, 0), 4)::float8`;

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
  groups: (request) => ({ ...ofCancellation('opened_at')(request), outcome: text('outcome', 'outcome', 'As in analytics.cancellations.') }),
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
  groups: ofCancellation('opened_at'),
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

export const reasons: CountedReport = {
  projection: 'cancellations',
  title: 'Reasons',
  about: 'Why plans were cancelled: requested cancellations by the instant of the request.',
  total: 'Over all time `requested`, `resumed`, `ended` and `returned` are those of `cancellations`.',
  view: 'cancellations',
  at: 'requested_at',
  interval: null,
  groups: without(ofCancellation('requested_at'), 'reason'),
  groupBy: [],
  always: [reason],
  measures: requested,
};

export const returnedWithin = (days: number): Selected =>
  sum(`returnedWithin${days}Days`, `count(*) FILTER (WHERE returned_at <= ended_at + interval '${days * 24} hours')`, `Of these, within ${days} × 24 hours.`);

export const returns: CountedReport = {
  projection: 'cancellations',
  title: 'Returns',
  about: 'Who came back: cancellations by when they took effect.',
  total: 'Over all time `ended` and `returned` are those of `cancellations`.',
  view: 'cancellations',
  at: 'ended_at',
  interval: null,
  groups: ofCancellation('ended_at'),
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
