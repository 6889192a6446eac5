// Keeps one row per cancellation, from the first acknowledgement to the return, one per term, and one per stretch of a term on one plan.
import type { MembershipEvent } from '#domain';
import { isImported } from '#kernel';
import { projection, type Projection, type RowOf } from '#projections';
import { cancellationViews } from './views.js';

/**
 * Four kinds of entries. A `term` is a row of its own for analysts, and what the cancellations of the term take their plan from; a `stretch` is
 * as much of a term as ran on one plan, and never changes afterwards; the `account` entry is memory alone: it knows the test clock, which no later
 * event repeats. Attempts at one cancellation have `renewals` (of the term by then) and `requests_before` (earlier cancellations of it) in common.
 */
const columns = {
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
  purged_at: 'timestamptz(3)',
  imported: 'boolean',
} as const;

type CancellationRow = RowOf<typeof columns>;
type Rows = readonly CancellationRow[];

type Given = Partial<CancellationRow> & Pick<CancellationRow, 'account_id' | 'entry' | 'entry_id'>;

const row = (given: Given): CancellationRow => ({ ...empty, ...given });

const empty = Object.fromEntries(Object.keys(columns).map((column) => [column, null])) as { readonly [Column in keyof CancellationRow]: null };

const termOf = (rows: Rows, subscriptionId: string): CancellationRow | undefined =>
  rows.find(({ entry, entry_id }) => entry === 'term' && entry_id === subscriptionId);

const cancellationsOf = (rows: Rows, subscriptionId: string): Rows =>
  rows.filter(({ entry, subscription_id }) => entry === 'cancellation' && subscription_id === subscriptionId);

/** The one cancellation of the subscription that has been requested and is neither resumed nor over. */
const pendingOne = (rows: Rows, subscriptionId: string): Rows =>
  cancellationsOf(rows, subscriptionId).filter(({ requested_at, resumed_at, ended_at }) => requested_at !== null && resumed_at === null && ended_at === null);

/** What a cancellation takes from its term as that is when it begins, and how often one was requested before. */
function ofTerm(term: CancellationRow, rows: Rows) {
  const { test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency, renewals } = term;
  const requests_before = cancellationsOf(rows, subscription_id!).filter(({ requested_at }) => requested_at !== null).length;
  return { test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency, renewals, requests_before };
}

/** A return after the last plan had ended answers everything that had ended; one beside an open plan only what ended of the same kind. */
const answeredBy = (rows: Rows, afterLastPlan: boolean, planKind: string): Rows =>
  rows.filter(
    ({ entry, ended_at, returned_at, purged_at, plan_kind }) =>
      entry === 'cancellation' && ended_at !== null && returned_at === null && purged_at === null && (afterLastPlan || plan_kind === planKind),
  );

export const cancellations: Projection<MembershipEvent> = projection<MembershipEvent, CancellationRow>({
  name: 'cancellations',
  version: 3,
  columns,
  key: ['account_id', 'entry', 'entry_id'],
  constraints: ["CHECK (entry IN ('account', 'term', 'stretch', 'cancellation'))"],
  indexes: (table) => [
    `CREATE INDEX ON ${table} (account_id, subscription_id)`,
    `CREATE INDEX ON ${table} (opened_at, entry_id) WHERE entry = 'cancellation'`,
    `CREATE INDEX ON ${table} (requested_at) WHERE entry = 'cancellation'`,
    `CREATE INDEX ON ${table} (started_at) WHERE entry = 'term'`,
    `CREATE INDEX ON ${table} (since) WHERE entry = 'stretch'`,
  ],
  views: cancellationViews,
  on: {
    AccountOpened: ({ accountId, data }) => [row({ account_id: accountId, entry: 'account', entry_id: '', test_clock_id: data.testClockId, imported: false })],
    SubscriptionStarted({ effectiveAt, data, metadata }, rows) {
      const { subscriptionId, planId, kind, interval, price, timeZone, trialDays } = data;
      const returned = answeredBy(rows, data.returned !== null, kind).map((one) => ({ ...one, returned_at: effectiveAt }));
      const account = rows.find(({ entry }) => entry === 'account');
      if (!account) return returned;
      const began = {
        ...account, subscription_id: subscriptionId, plan_id: planId, plan_kind: kind, plan_interval: interval, price: price.amount, currency: price.currency,
        time_zone: timeZone, started_at: effectiveAt, came_back: data.returned !== null, trial_days: trialDays, imported: isImported(metadata),
      };
      return [
        ...returned,
        { ...began, entry: 'term', entry_id: subscriptionId, renewals: 0 },
        { ...began, entry: 'stretch', entry_id: `${subscriptionId}.1`, since: effectiveAt },
      ];
    },
    SubscriptionRenewed({ effectiveAt, data }, rows) {
      const { subscriptionId, planId, interval, price, periodNumber } = data;
      const plan = { plan_id: planId, plan_interval: interval, price: price.amount, currency: price.currency };
      const term = termOf(rows, subscriptionId);
      const left = rows.filter(({ entry, subscription_id, until, plan_id }) => entry === 'stretch' && subscription_id === subscriptionId && until === null && plan_id !== planId);
      return [
        ...(term ? [{ ...term, ...plan, renewals: (term.renewals ?? 0) + 1 }] : []),
        ...left.map((stretch) => ({ ...stretch, until: effectiveAt })),
        ...left.map((stretch) => ({ ...stretch, ...plan, entry_id: `${subscriptionId}.${periodNumber}`, since: effectiveAt, trial_days: null })),
      ];
    },
    CancellationAttempted({ accountId, effectiveAt, data, metadata }, rows) {
      const term = termOf(rows, data.subscriptionId);
      if (!term) return [];
      return [
        row({
          account_id: accountId, entry: 'cancellation', entry_id: data.attemptId, ...ofTerm(term, rows), opened_at: effectiveAt, attempt_id: data.attemptId,
          attempted_at: effectiveAt, attempt_expires_at: data.expiresAt, reason: data.reason, channel: metadata.channel, actor_role: metadata.actor.role, imported: isImported(metadata),
        }),
      ];
    },
    CancellationRequested({ accountId, eventId, effectiveAt, data, metadata }, rows) {
      const term = termOf(rows, data.subscriptionId);
      if (!term) return [];
      const entryId = data.attemptId ?? eventId;
      const attempted = rows.find(({ entry, entry_id }) => entry === 'cancellation' && entry_id === entryId);
      return [
        {
          ...(attempted ?? row({ account_id: accountId, entry: 'cancellation', entry_id: entryId, opened_at: effectiveAt })), ...ofTerm(term, rows),
          requested_at: effectiveAt, effective_at: data.effectiveAt, reason: data.reason, channel: metadata.channel, actor_role: metadata.actor.role, imported: isImported(metadata),
        },
      ];
    },
    SubscriptionResumed: ({ effectiveAt, data }, rows) => pendingOne(rows, data.subscriptionId).map((one) => ({ ...one, resumed_at: effectiveAt })),
    PeriodEnded({ effectiveAt, data }, rows) {
      const end = { ended_at: effectiveAt, last_plan: data.lastPlan };
      return [
        ...pendingOne(rows, data.subscriptionId).map((one) => ({ ...one, ...end })),
        ...rows
          .filter(({ entry, subscription_id }) => (entry === 'term' || entry === 'stretch') && subscription_id === data.subscriptionId)
          .map((one) => ({ ...one, ...end, until: one.entry === 'stretch' ? (one.until ?? effectiveAt) : null })),
      ];
    },
    DataPurged: ({ effectiveAt }, rows) =>
      rows.filter(({ entry, purged_at }) => entry !== 'account' && purged_at === null).map((one) => ({ ...one, purged_at: effectiveAt })),
  },
});
