// What analysts read of cancellations: each with its outcome, the wishes behind them, the terms they end, on which plans these ran, the reasons by day, and what reports count.
import { changes, documentedView, latestChange } from '../analytics/documented-view.js';
import { accountTime, countedViews, first, imported, importedTerm, meaningOfMrr, ofTerm, wholeTerm, wishTerm } from './counted-views.js';

const outcome = `CASE
  WHEN t.returned_at IS NOT NULL THEN 'returned'
  WHEN t.ended_at IS NOT NULL THEN 'ended'
  WHEN t.resumed_at IS NOT NULL THEN 'resumed'
  WHEN t.requested_at IS NOT NULL THEN 'pending'
  WHEN t.attempt_expires_at <= ${accountTime('t')} THEN 'abandoned'
  ELSE 'attempted' END`;

const wishOutcome = `CASE
  WHEN max(t.returned_at) IS NOT NULL THEN 'returned'
  WHEN max(t.ended_at) IS NOT NULL THEN 'ended'
  WHEN max(t.resumed_at) IS NOT NULL THEN 'resumed'
  WHEN max(t.requested_at) IS NOT NULL THEN 'pending'
  WHEN max(t.attempt_expires_at) <= max(t.account_now) THEN 'abandoned'
  ELSE 'attempted' END`;

export const cancellationViews = (table: string): readonly string[] => [
  ...documentedView({
    name: 'cancellations',
    about: 'One row per cancellation, from the first acknowledgement or the request to the return. All instants are of the time of the account.',
    key: ['account_id', 'cancellation_id'],
    columns: {
      cancellation_id: ['t.entry_id', 'The id of the attempt it began with, else of the event that requested it.'],
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      subscription_id: ['t.subscription_id', 'The term it is about.'],
      plan_id: ['t.plan_id', 'The plan of the term when it was asked for.'],
      plan_kind: ['t.plan_kind', 'messaging or calling.'],
      opened_at: ['t.opened_at', 'When it began: the attempt, or the request where there was none.'],
      attempt_id: ['t.attempt_id', 'The attempt (first acknowledgement); null: asked for in one call.'],
      attempted_at: ['t.attempted_at', 'When the consequences were acknowledged.'],
      requested_at: ['t.requested_at', 'When it was confirmed; null: never, so far.'],
      effective_at: ['t.effective_at', 'The end of the paid period, as promised.'],
      reason: ['t.reason', 'Code of the published list; null where none had to be given.'],
      resumed_at: ['t.resumed_at', 'When the customer took it back.'],
      ended_at: ['t.ended_at', 'When it took effect.'],
      last_plan: ['t.last_plan', 'Whether no other plan was open then, so that the deadlines of the account count from there.'],
      returned_at: ['t.returned_at', 'The next start of a plan of this kind, or of any plan where none was open. Never counted after the data was deleted.'],
      days_to_return: [`floor(extract(epoch FROM t.returned_at - t.ended_at) / 86400)::integer`, 'Whole days of 24 hours from ended_at to returned_at.'],
      purged_at: ['t.purged_at', 'When the data of the account was deleted; the counts stay.'],
      outcome: [outcome, 'attempted (can still be confirmed), abandoned (the attempt expired), pending, resumed, ended or returned.'],
      channel: ['t.channel', 'Through which door the last step was taken: the request, else the attempt.'],
      actor_role: ['t.actor_role', 'Who took it: customer, service, operator or system.'],
      imported: ['t.imported', imported],
      ...ofTerm,
      lost: ['t.lost', 'What the account had lost when it came back after its last plan had ended, separated by commas (numbers, ten-dlc, data, wallet); empty: nothing. Null: it has not come back so.'],
      numbers_at_end: ['t.numbers', 'Phone numbers that stood in the account when it took effect.'],
      ten_dlc_at_end: ['t.ten_dlc_status', 'Its 10DLC registration then: none, pending, active or expired.'],
      wallet_at_end: ['t.wallet_balance', 'Its wallet then, in minor units: before what is credited for unsent messages, after the number fees of that instant.'],
      ...changes('t'),
    },
    from: `FROM ${table} t WHERE t.entry = 'cancellation'`,
  }),
  ...documentedView({
    name: 'cancellation_wishes',
    about: 'One row per wish to cancel: all attempts at a term within one paid period, up to the request that they lead to. What can change between attempts is that of the first.',
    columns: {
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      subscription_id: ['t.subscription_id', 'The term it is about.'],
      plan_id: [first('plan_id'), 'The plan of the term.'],
      plan_kind: [first('plan_kind'), 'messaging or calling.'],
      opened_at: ['min(t.opened_at)', 'When it began: the first attempt, or the request where there was none.'],
      attempts: ['count(t.attempt_id)', 'Attempts (first acknowledgements); 0: asked for in one call.'],
      attempted_at: ['min(t.attempted_at)', 'The first of them.'],
      requested_at: ['max(t.requested_at)', 'When it was confirmed; null: never, so far.'],
      reason: [first('reason'), 'Code of the published list; null where none had to be given.'],
      resumed_at: ['max(t.resumed_at)', 'When the customer took it back.'],
      ended_at: ['max(t.ended_at)', 'When it took effect.'],
      returned_at: ['max(t.returned_at)', 'As in analytics.cancellations.'],
      outcome: [wishOutcome, 'As in analytics.cancellations; abandoned: no attempt can be confirmed any more.'],
      channel: [first('channel'), 'Through which door.'],
      actor_role: [first('actor_role'), 'Who: customer, service, operator or system.'],
      imported: ['bool_or(t.imported)', imported],
      ...wishTerm,
      ...latestChange('t'),
    },
    from: `FROM (SELECT t.*, ${accountTime('t')} AS account_now FROM ${table} t WHERE t.entry = 'cancellation') AS t
      GROUP BY t.account_id, t.test_clock_id, t.subscription_id, t.renewals, t.requests_before`,
  }),
  ...documentedView({
    name: 'subscription_plans',
    about: 'One row per stretch of a term on one plan: a term that never changed its plan has one. What has been told of the past does not change.',
    key: ['account_id', 'subscription_id', 'since'],
    columns: {
      subscription_id: ['t.subscription_id', 'The term.'],
      account_id: ['t.account_id', 'The account.'],
      test_clock_id: ['t.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      plan_id: ['t.plan_id', 'The plan.'],
      plan_kind: ['t.plan_kind', 'messaging or calling.'],
      plan_interval: ['t.plan_interval', 'month or year.'],
      price: ['t.price', 'Minor units for each period.'],
      currency: ['t.currency', 'ISO 4217 code.'],
      since: ['t.since', 'When the term came to the plan; started_at for the first one.'],
      until: ['t.until', 'When it left it, for another plan or with its end; null: it has not.'],
      ...wholeTerm,
    },
    from: `FROM ${table} t WHERE t.entry = 'stretch'`,
  }),
  ...documentedView({
    name: 'subscriptions',
    about: 'One row per term of an account on a plan.',
    key: ['account_id', 'subscription_id'],
    columns: {
      subscription_id: ['entry_id', 'The term.'],
      account_id: ['account_id', 'The account.'],
      test_clock_id: ['test_clock_id', 'The test clock that the account lives by; null: real time.'],
      plan_id: ['plan_id', 'The plan of the current or last period; those before stand in analytics.subscription_plans.'],
      plan_kind: ['plan_kind', 'messaging or calling.'],
      plan_interval: ['plan_interval', 'month or year.'],
      price: ['price', 'Minor units for each period.'],
      currency: ['currency', 'ISO 4217 code.'],
      started_at: ['started_at', 'When the term began.'],
      trial_days: ['trial_days', 'Days of trial it began with; null: none.'],
      came_back: ['came_back', 'Whether it brought back an account whose last plan had ended.'],
      renewals: ['renewals', 'Periods after the first.'],
      ended_at: ['ended_at', 'When it ended; null: it has not.'],
      last_plan: ['last_plan', 'Whether no other plan was open when it ended.'],
      purged_at: ['purged_at', 'When the data of the account was deleted; the counts stay.'],
      imported: ['imported', importedTerm],
      time_zone: ['time_zone', 'IANA zone whose wall clock the periods of the term follow.'],
      trial: ['trial', 'Whether it is in its trial, or ended in it.'],
      mrr: ['mrr', meaningOfMrr],
      ...changes(),
    },
    from: `FROM ${table} WHERE entry = 'term'`,
  }),
  ...documentedView({
    name: 'reasons',
    about: 'Why plans were cancelled: requested cancellations by the day of the request.',
    columns: {
      requested_on: [`(requested_at AT TIME ZONE 'UTC')::date`, 'The day of the request in UTC.'],
      on_test_clock: ['test_clock_id IS NOT NULL', 'Whether the accounts live by test clocks.'],
      plan_kind: ['plan_kind', 'messaging or calling.'],
      plan_id: ['plan_id', 'The plan.'],
      reason: ['reason', 'Code of the published list; null where none had to be given.'],
      requested: ['count(*)', 'Cancellations requested.'],
      resumed: ['count(resumed_at)', 'Of these, taken back before they took effect.'],
      ended: ['count(ended_at)', 'Of these, taken effect.'],
      returned: ['count(returned_at)', 'Of these, followed by a return.'],
      ...latestChange(),
    },
    from: `FROM ${table} WHERE entry = 'cancellation' AND requested_at IS NOT NULL GROUP BY 1, 2, plan_kind, plan_id, reason`,
  }),
  ...countedViews(table),
];
