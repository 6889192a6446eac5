// Keeps one row per cancellation, from the first acknowledgement to the return, and what cancellations are counted against: terms with their plans and prices, customers, and what was given up.
import type { MembershipEvent } from '#domain';
import { isImported } from '#kernel';
import { projection, type Projection } from '#projections';
import { monthly } from '../analytics/revenue.js';
import { accountOf, heldReactions, nothingHeld, nothingLeft, numbersBack, ofAccount } from './held.js';
import { columns, row, type CancellationRow, type Rows } from './row.js';
import { cancellationViews } from './views.js';

const termOf = (rows: Rows, subscriptionId: string): CancellationRow | undefined =>
  rows.find(({ entry, entry_id }) => entry === 'term' && entry_id === subscriptionId);

const cancellationsOf = (rows: Rows, subscriptionId: string): Rows =>
  rows.filter(({ entry, subscription_id }) => entry === 'cancellation' && subscription_id === subscriptionId);

/** The one cancellation of the subscription that has been requested and is neither resumed nor over. */
const pendingOne = (rows: Rows, subscriptionId: string): Rows =>
  cancellationsOf(rows, subscriptionId).filter(({ requested_at, resumed_at, ended_at }) => requested_at !== null && resumed_at === null && ended_at === null);

/** What a cancellation takes from its term as that is when it begins, and how often one was requested before. */
function ofTerm(term: CancellationRow, rows: Rows) {
  const { test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency, mrr, trial, time_zone, started_at, renewals } = term;
  const requests_before = cancellationsOf(rows, subscription_id!).filter(({ requested_at }) => requested_at !== null).length;
  return { test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency, mrr, trial, time_zone, started_at, renewals, requests_before };
}

/** A return after the last plan had ended answers everything that had ended; one beside an open plan only what ended of the same kind. */
const answeredBy = (rows: Rows, afterLastPlan: boolean, planKind: string): Rows =>
  rows.filter(
    ({ entry, ended_at, returned_at, purged_at, plan_kind }) =>
      entry === 'cancellation' && ended_at !== null && returned_at === null && purged_at === null && (afterLastPlan || plan_kind === planKind),
  );

/** What of a term runs now: on its plan, or at its price. */
const running = (rows: Rows, entry: 'stretch' | 'price', subscriptionId: string): Rows =>
  rows.filter((one) => one.entry === entry && one.subscription_id === subscriptionId && one.until === null);

export const cancellations: Projection<MembershipEvent> = projection<MembershipEvent, CancellationRow>({
  name: 'cancellations',
  version: 4,
  columns,
  key: ['account_id', 'entry', 'entry_id'],
  constraints: ["CHECK (entry IN ('account', 'term', 'stretch', 'price', 'customer', 'cancellation', 'number', 'release'))"],
  indexes: (table) => [
    `CREATE INDEX ON ${table} (account_id, subscription_id)`,
    `CREATE INDEX ON ${table} (opened_at, entry_id) WHERE entry = 'cancellation'`,
    `CREATE INDEX ON ${table} (requested_at) WHERE entry = 'cancellation'`,
    `CREATE INDEX ON ${table} (ended_at) WHERE entry = 'cancellation'`,
    `CREATE INDEX ON ${table} (started_at) WHERE entry = 'term'`,
    `CREATE INDEX ON ${table} (entry, since) WHERE entry IN ('stretch', 'price', 'customer')`,
    `CREATE INDEX ON ${table} (settled_at) WHERE entry = 'release'`,
  ],
  remembered: { where: "entry <> 'release'" },
  views: cancellationViews,
  on: {
    ...heldReactions,
    AccountOpened: ({ accountId, data }) => [
      row({ account_id: accountId, entry: 'account', entry_id: '', test_clock_id: data.testClockId, time_zone: data.timeZone, ...nothingHeld, imported: false }),
    ],
    SubscriptionStarted({ effectiveAt, data, metadata }, rows) {
      const { subscriptionId, planId, kind, interval, price, timeZone, trialDays } = data;
      const lost = data.returned && [...data.returned.lost].sort().join(', ');
      const returned = answeredBy(rows, data.returned !== null, kind).map((one) => ({ ...one, returned_at: effectiveAt, lost }));
      const account = accountOf(rows);
      if (!account) return returned;
      const trial = trialDays !== null;
      const began = row({
        ...ofAccount(account), entry: 'term', entry_id: subscriptionId, subscription_id: subscriptionId, plan_id: planId, plan_kind: kind, plan_interval: interval, price: price.amount, currency: price.currency,
        mrr: trial ? 0 : monthly(price, interval), trial, time_zone: timeZone, started_at: effectiveAt, came_back: data.returned !== null, trial_days: trialDays, imported: isImported(metadata),
      });
      const isCustomer = rows.some(({ entry, until }) => entry === 'customer' && until === null);
      const customer = row({
        ...ofAccount(account), entry: 'customer', entry_id: subscriptionId, currency: price.currency, started_at: effectiveAt, since: effectiveAt, came_back: data.returned !== null, imported: isImported(metadata),
      });
      return [
        ...returned,
        ...(data.returned ? numbersBack(rows) : []),
        { ...began, renewals: 0 },
        { ...began, entry: 'stretch', entry_id: `${subscriptionId}.1`, since: effectiveAt },
        { ...began, entry: 'price', entry_id: `${subscriptionId}.1`, since: effectiveAt },
        ...(isCustomer ? [] : [customer]),
      ];
    },
    SubscriptionRenewed({ effectiveAt, data }, rows) {
      const { subscriptionId, planId, interval, price, periodNumber } = data;
      const plan = { plan_id: planId, plan_interval: interval, price: price.amount, currency: price.currency, mrr: monthly(price, interval), trial: false };
      const term = termOf(rows, subscriptionId);
      const left = [
        ...running(rows, 'stretch', subscriptionId).filter(({ plan_id }) => plan_id !== planId),
        ...running(rows, 'price', subscriptionId).filter(({ plan_id, price: before, trial }) => plan_id !== planId || before !== price.amount || trial),
      ];
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
      const { numbers = null, ten_dlc_status = null, wallet_balance = null } = accountOf(rows) ?? {};
      return [
        ...pendingOne(rows, data.subscriptionId).map((one) => ({ ...one, ...end, numbers, ten_dlc_status, wallet_balance })),
        ...rows
          .filter(({ entry, subscription_id }) => (entry === 'term' || entry === 'stretch' || entry === 'price') && subscription_id === data.subscriptionId)
          .map((one) => ({ ...one, ...end, until: one.entry === 'term' ? null : (one.until ?? effectiveAt) })),
        ...rows.filter(({ entry, until }) => entry === 'customer' && until === null && data.lastPlan).map((one) => ({ ...one, ended_at: effectiveAt, until: effectiveAt })),
      ];
    },
    DataPurged: ({ effectiveAt }, rows) => [
      ...nothingLeft(rows),
      // What was given up is not remembered, and stays as it is.
      ...rows.filter(({ entry, purged_at }) => !['account', 'number', 'release'].includes(entry) && purged_at === null).map((one) => ({ ...one, purged_at: effectiveAt })),
    ],
  },
});
