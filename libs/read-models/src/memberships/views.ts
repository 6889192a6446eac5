// What analysts read of the accounts: one row each, and what is to come.
import { consequenceKindsInWords } from '#domain';
import { accountNow, testClocks } from '#deadlines';
import { changes, documentedView, latestChange } from '../analytics/documented-view.js';

const meaningOfDueAt = 'When it is due, in the time of the account (its test clock, if it has one).';
const dueOn = `(u.due_at AT TIME ZONE 'UTC')::date`;

const listed = (table: string): string => `FROM ${table} m CROSS JOIN LATERAL jsonb_to_recordset(m.upcoming)
  AS u (kind text, subscription_id text, plan_id text, due_at timestamptz(3), status text, ends_plan boolean, numbers integer, mrr bigint)`;

/** `upcoming` by account, and counted by day; and by which clocks accounts live. */
export const membershipViews = (table: string): readonly string[] => [
  ...documentedView({
    name: 'presents',
    about: 'What time it is: one row for reality, and one per test clock. Steps that one of them lies in are not over.',
    columns: {
      test_clock_id: ['p.test_clock_id', 'The test clock; null: real time.'],
      now: ['p.now', 'What time it is there when this is read.'],
    },
    // Of the table nothing is asked: the view comes and goes with it.
    from: `FROM (SELECT t.test_clock_id, ${accountNow('t.test_clock_id')} AS now FROM (SELECT test_clock_id FROM ${testClocks} AS t UNION ALL SELECT NULL) AS t) AS p LEFT JOIN ${table} m ON false`,
  }),
  ...documentedView({
    name: 'memberships',
    about: 'One row per account as its events so far leave it. What is due and not yet carried out by a worker is not in it.',
    key: ['account_id'],
    columns: {
      account_id: ['account_id', 'The account.'],
      test_clock_id: ['test_clock_id', 'The test clock that the account lives by; null: real time.'],
      opened_at: ['opened_at', 'When the account was opened.'],
      time_zone: ['time_zone', 'IANA zone whose wall clock the dates of the account follow.'],
      currency: ['currency', 'ISO 4217 code of the wallet.'],
      cancellation_mode: ['cancellation_mode', 'two-step, or one-step where the law asks for it.'],
      standing: ['standing', 'none, active (a plan is open and not pending), cancelling (every open plan is pending), lapsed (none is open) or purged.'],
      open_plans: ['open_plans', 'Plans whose term has not ended.'],
      pending_plans: ['pending_plans', 'Those of the open plans whose cancellation is pending.'],
      lapsed_at: ['lapsed_at', 'L: when the last plan ended; null while a plan is open, or none ever was.'],
      purged_at: ['purged_at', 'When the data of the account was deleted; null: it was not, or the account has started again.'],
      life: ['life', '1, and one more for every start after a purge.'],
      lifecycle: ['lifecycle', '1, and one more for every return after the last plan had ended, and for every start after a purge.'],
      numbers: ['numbers', 'Phone numbers that stand in the account.'],
      ten_dlc_status: ['ten_dlc_status', 'none, pending, active or expired.'],
      wallet_balance: ['wallet_balance', 'Minor units of the currency.'],
      legal_holds: ['legal_holds', 'Legal holds that stop the deletion.'],
      version: ['version', 'How many events of the account the row knows.'],
      imported_at: ['imported_at', 'When the account was taken over from another system; null: it has lived here since it was opened.'],
      ...changes(),
    },
    from: `FROM ${table}`,
  }),
  ...documentedView({
    name: 'upcoming',
    about: 'One row for everything an account waits for, and for what follows once its last plan has ended.',
    columns: {
      account_id: ['m.account_id', 'The account.'],
      test_clock_id: ['m.test_clock_id', 'The test clock that the account lives by; null: real time.'],
      kind: ['u.kind', `${consequenceKindsInWords}.`],
      subscription_id: ['u.subscription_id', 'The subscription it is about; null: the account.'],
      plan_id: ['u.plan_id', 'The plan of that subscription.'],
      due_at: ['u.due_at', meaningOfDueAt],
      due_on: [dueOn, 'The day of due_at in UTC.'],
      status: ['u.status', 'pending; planned: only told, follows once the last plan has ended; held: stopped by a legal hold, or due when the account was taken over and not let go by an operator.'],
      ends_plan: ['u.ends_plan', 'Of a period-end: true when the plan ends, false when it renews.'],
      numbers: ['u.numbers', 'Of number-fees and release-numbers: how many numbers, as things stand.'],
      registrations: ["CASE u.kind WHEN 'expire-ten-dlc' THEN (m.ten_dlc_status IN ('pending', 'active'))::integer END", 'Of expire-ten-dlc: 1 where there is a registration to expire, as things stand, else 0.'],
      mrr: ['u.mrr', 'Of a period-end that ends the plan: what the plan brings a month, in minor units; a yearly price counts a twelfth, a trial nothing.'],
      currency: ['m.currency', 'ISO 4217 code of the account.'],
      time_zone: ['m.time_zone', 'IANA zone of the account.'],
      ...changes('m'),
    },
    from: listed(table),
  }),
  ...documentedView({
    name: 'upcoming_by_day',
    about: 'What is to come, counted by the day it is due.',
    columns: {
      due_on: [dueOn, 'The day in UTC.'],
      on_test_clock: ['m.test_clock_id IS NOT NULL', 'Whether the accounts live by test clocks.'],
      kind: ['u.kind', 'As in analytics.upcoming.'],
      status: ['u.status', 'As in analytics.upcoming.'],
      ends_plan: ['u.ends_plan', 'As in analytics.upcoming.'],
      consequences: ['count(*)', 'How many there are.'],
      accounts: ['count(DISTINCT m.account_id)', 'Of how many accounts.'],
      numbers: ['sum(u.numbers)', 'Phone numbers in them; null where none are meant.'],
      ...latestChange('m'),
    },
    from: `${listed(table)} GROUP BY ${dueOn}, m.test_clock_id IS NOT NULL, u.kind, u.status, u.ends_plan`,
  }),
];
