// The rows of the table of cancellations, by kind of entry.
import type { RowOf } from '#projections';

/**
 * A `term` is a row of its own for analysts, and what the cancellations of the term take their plan from; a `stretch` is as much of a term as ran on one plan, a `price` as much of it as ran at one price, its trial by itself;
 * neither changes once it is over. A `customer` is a time in which an account had a plan. A `release` is a number or a registration that was given up. Attempts at one cancellation have `renewals` (of the term by then) and
 * `requests_before` (earlier cancellations of it) in common.
 *
 * Memory alone are the `account`, which knows what no later event repeats, and what the account holds; and a `number` that does not count among what is held: `removed` by the customer, or `left` since it is not ours.
 */
export const columns = {
  account_id: 'text NOT NULL',
  entry: 'text NOT NULL',
  entry_id: 'text NOT NULL',
  test_clock_id: 'text',
  subscription_id: 'text',
  plan_id: 'text',
  plan_kind: 'text',
  plan_interval: 'text',
  price: 'bigint',
  currency: 'text',
  mrr: 'bigint',
  trial: 'boolean',
  time_zone: 'text',
  started_at: 'timestamptz(3)',
  since: 'timestamptz(3)',
  until: 'timestamptz(3)',
  trial_days: 'integer',
  came_back: 'boolean',
  renewals: 'integer',
  requests_before: 'integer',
  opened_at: 'timestamptz(3)',
  attempt_id: 'text',
  attempted_at: 'timestamptz(3)',
  attempt_expires_at: 'timestamptz(3)',
  requested_at: 'timestamptz(3)',
  effective_at: 'timestamptz(3)',
  reason: 'text',
  channel: 'text',
  actor_role: 'text',
  resumed_at: 'timestamptz(3)',
  ended_at: 'timestamptz(3)',
  last_plan: 'boolean',
  returned_at: 'timestamptz(3)',
  lost: 'text',
  purged_at: 'timestamptz(3)',
  numbers: 'integer',
  ten_dlc_status: 'text',
  wallet_balance: 'bigint',
  kind: 'text',
  outcome: 'text',
  cause: 'text',
  settled_at: 'timestamptz(3)',
  imported: 'boolean',
} as const;

export type CancellationRow = RowOf<typeof columns>;
export type Rows = readonly CancellationRow[];

type Given = Partial<CancellationRow> & Pick<CancellationRow, 'account_id' | 'entry' | 'entry_id'>;

const empty = Object.fromEntries(Object.keys(columns).map((column) => [column, null])) as { readonly [Column in keyof CancellationRow]: null };

export const row = (given: Given): CancellationRow => ({ ...empty, ...given });
