// What reports on churn count: each step of a cancellation at its own instant, the steps of wishes, what terms bring at which price, customers, and what was given up.
import { accountNow } from '#deadlines';
import { changes, documentedView } from '../analytics/documented-view.js';

/** The account's own time decides whether an attempt can still be confirmed, and what is still to come, so it is asked for when a view is read. */
export const accountTime = (table: string): string => accountNow(`${table}.test_clock_id`);

export const meaningOfAccountNow = 'What time it is for the account when this is read: that of its test clock, if it has one.';

export const imported = 'Whether it was asked for in the system that the account was taken over from.';
export const importedTerm = 'Whether the term began in the system that the account was taken over from.';

/** Of the rows of one group the value of the earliest. */
export const first = (column: string): string => `(array_agg(t.${column} ORDER BY t.opened_at, t.entry_id))[1]`;

export const meaningOfMrr = 'What it brings a month, in minor units: a yearly price counts a twelfth, to the nearest unit, a trial nothing.';

/** What a row of a cancellation says of its term. */
export const ofTerm = {
  plan_interval: ['t.plan_interval', 'month or year.'],
  started_at: ['t.started_at', 'When the term began.'],
  time_zone: ['t.time_zone', 'IANA zone whose wall clock the periods of the term follow.'],
  trial: ['t.trial', 'Whether the term was in its trial when it was asked for.'],
  mrr: ['t.mrr', meaningOfMrr],
  currency: ['t.currency', 'ISO 4217 code.'],
} as const;

export const wishTerm = Object.fromEntries(Object.entries(ofTerm).map(([column, [, meaning]]) => [column, [first(column), meaning] as const]));

/** What a row of a part of a term says of the whole, and last of the row itself. */
export const wholeTerm = {
  started_at: ['t.started_at', 'When the term began.'],
  ended_at: ['t.ended_at', 'When the term ended; null: it has not.'],
  time_zone: ['t.time_zone', 'IANA zone whose wall clock the periods of the term follow.'],
  came_back: ['t.came_back', 'Whether the term brought back an account whose last plan had ended.'],
  account_now: [accountTime('t'), meaningOfAccountNow],
  imported: ['t.imported', importedTerm],
  ...changes('t'),
} as const;

export const countedViews = (table: string): readonly string[] => [
  ...documentedView({
    name: 'departures',
    about: 'One row per step of a cancellation, at the instant of the step: what is counted where churn is told at the request, at the end, or with the last plan.',
    key: ['account_id', 'cancellation_id', 'point'],
    columns: {
      cancellation_id: ['t.entry_id', 'As in analytics.cancellations.'],
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      subscription_id: ['t.subscription_id', 'The term it is about.'],
      point: ['p.point', 'request; resume (taken back); end (taken effect); last-plan (taken effect, and no other plan was open); return.'],
      at: ['p.at', 'When it came to that.'],
      plan_id: ['t.plan_id', 'The plan of the term when it was asked for.'],
      plan_kind: ['t.plan_kind', 'messaging or calling.'],
      reason: ['t.reason', 'Code of the published list; null where none had to be given.'],
      channel: ['t.channel', 'Through which door the last step was taken: the request, else the attempt.'],
      actor_role: ['t.actor_role', 'Who took it: customer, service, operator or system.'],
      imported: ['t.imported', imported],
      ...ofTerm,
      ...changes('t'),
    },
    from: `FROM ${table} t CROSS JOIN LATERAL (VALUES ('request', t.requested_at), ('resume', t.resumed_at), ('end', t.ended_at), ('last-plan', CASE WHEN t.last_plan THEN t.ended_at END), ('return', t.returned_at)) AS p (point, at)
      WHERE t.entry = 'cancellation' AND p.at IS NOT NULL`,
  }),
  ...documentedView({
    name: 'wish_steps',
    about: 'One row per step that a wish to cancel has come to, with the next one where it came to that: how long people and plans take.',
    columns: {
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      subscription_id: ['t.subscription_id', 'The term it is about.'],
      step: ['p.step', 'attempt-request, request-resume, request-end or end-return.'],
      since: ['p.since', 'When it came to the first of the two.'],
      until: ['p.until', 'When it came to the second; null: it has not.'],
      ...Object.fromEntries(['plan_id', 'plan_kind', 'reason', 'channel', 'actor_role', 'imported', ...Object.keys(ofTerm), 'updated_at'].map((column) => [column, [`t.${column}`, 'As in analytics.cancellation_wishes.'] as const])),
    },
    from: `FROM (SELECT t.account_id, t.test_clock_id, t.subscription_id, min(t.attempted_at) AS attempted_at, max(t.requested_at) AS requested_at, max(t.resumed_at) AS resumed_at, max(t.ended_at) AS ended_at,
        max(t.returned_at) AS returned_at, bool_or(t.imported) AS imported, max(t.updated_at) AS updated_at,
        ${['plan_id', 'plan_kind', 'reason', 'channel', 'actor_role', ...Object.keys(ofTerm)].map((column) => `${first(column)} AS ${column}`).join(', ')}
        FROM ${table} t WHERE t.entry = 'cancellation' GROUP BY t.account_id, t.test_clock_id, t.subscription_id, t.renewals, t.requests_before) AS t
      CROSS JOIN LATERAL (VALUES ('attempt-request', t.attempted_at, t.requested_at), ('request-resume', t.requested_at, t.resumed_at), ('request-end', t.requested_at, t.ended_at), ('end-return', t.ended_at, t.returned_at)) AS p (step, since, until)
      WHERE p.since IS NOT NULL`,
  }),
  ...documentedView({
    name: 'subscription_prices',
    about: 'One row per stretch of a term at one price, its trial by itself. What has been told of the past does not change.',
    key: ['account_id', 'subscription_id', 'since'],
    columns: {
      subscription_id: ['t.subscription_id', 'The term.'],
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      plan_id: ['t.plan_id', 'The plan.'],
      plan_kind: ['t.plan_kind', 'messaging or calling.'],
      plan_interval: ['t.plan_interval', 'month or year.'],
      trial: ['t.trial', 'Whether it is the trial of the term.'],
      price: ['t.price', 'Minor units for each period; of a trial, what follows it.'],
      mrr: ['t.mrr', meaningOfMrr],
      currency: ['t.currency', 'ISO 4217 code.'],
      since: ['t.since', 'When it began; started_at for the first one.'],
      until: ['t.until', 'When it was over: another price, another plan, or the end; null: it is not.'],
      ...wholeTerm,
    },
    from: `FROM ${table} t WHERE t.entry = 'price'`,
  }),
  ...documentedView({
    name: 'customers',
    about: 'One row per time in which an account had a plan, from its first one to the end of the last; an account that comes back has another.',
    key: ['account_id', 'since'],
    columns: {
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      since: ['t.since', 'When its first plan of that time began.'],
      until: ['t.until', 'When its last one ended; null: a plan is open.'],
      started_at: ['t.started_at', 'As since.'],
      ended_at: ['t.ended_at', 'As until.'],
      currency: ['t.currency', 'ISO 4217 code.'],
      time_zone: ['t.time_zone', 'IANA zone of the account when it began.'],
      came_back: ['t.came_back', 'Whether it had been a customer before, since its data was last deleted.'],
      account_now: [accountTime('t'), meaningOfAccountNow],
      imported: ['t.imported', 'Whether it began in the system that the account was taken over from.'],
      ...changes('t'),
    },
    from: `FROM ${table} t WHERE t.entry = 'customer'`,
  }),
  ...documentedView({
    name: 'releases',
    about: 'One row per phone number that a carrier was asked to give up and answered, and per 10DLC registration that expired.',
    key: ['account_id', 'release_id'],
    columns: {
      release_id: ['t.entry_id', 'The kind and the id of the number or of the registration.'],
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      kind: ['t.kind', 'number or ten-dlc.'],
      outcome: ['t.outcome', 'Of a number: released, already-gone, ported-out, settled-elsewhere, or blocked (the carrier said no, and so far nothing else). Of a registration: expired.'],
      cause: ['t.cause', 'end: the plans had ended; removal: the customer had removed the number.'],
      settled_at: ['t.settled_at', 'When that was known, in the time of the account.'],
      time_zone: ['t.time_zone', 'IANA zone of the account then.'],
      imported: ['t.imported', 'Whether it was told by the system that the account was taken over from.'],
      ...changes('t'),
    },
    from: `FROM ${table} t WHERE t.entry = 'release'`,
  }),
];
