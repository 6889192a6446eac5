// Keeps one row per cancellation, from the first acknowledgement to the return, and one per term of a plan.
import type { MembershipEvent } from '#domain';
import { projection, type Projection, type Statement } from '#projections';
import { cancellationViews } from './views.js';

/**
 * Three kinds of entries. A `term` is a row of its own for analysts, and what the cancellations of the term take their plan from; the
 * `account` entry is memory alone: it knows the test clock, which no later event repeats.
 */
const createTable = (table: string): readonly string[] => [
  `CREATE TABLE ${table} (
    account_id text NOT NULL,
    entry text NOT NULL CHECK (entry IN ('account', 'term', 'cancellation')),
    entry_id text NOT NULL,
    test_clock_id text,
    subscription_id text,
    plan_id text,
    plan_kind text,
    plan_interval text,
    price bigint,
    currency text,
    started_at timestamptz(3),
    trial_days integer,
    came_back boolean,
    renewals integer,
    opened_at timestamptz(3),
    attempt_id text,
    attempted_at timestamptz(3),
    attempt_expires_at timestamptz(3),
    requested_at timestamptz(3),
    effective_at timestamptz(3),
    reason text,
    channel text,
    actor_role text,
    resumed_at timestamptz(3),
    ended_at timestamptz(3),
    last_plan boolean,
    returned_at timestamptz(3),
    purged_at timestamptz(3),
    PRIMARY KEY (account_id, entry, entry_id)
  )`,
  `CREATE INDEX ON ${table} (account_id, subscription_id)`,
  `CREATE INDEX ON ${table} (opened_at, entry_id) WHERE entry = 'cancellation'`,
  `CREATE INDEX ON ${table} (requested_at) WHERE entry = 'cancellation'`,
  `CREATE INDEX ON ${table} (started_at) WHERE entry = 'term'`,
];

const planOfTerm = 'test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency';

/** The one cancellation of the subscription that has been requested and is neither resumed nor over. */
const pendingOne = `account_id = $1 AND entry = 'cancellation' AND subscription_id = $2 AND requested_at IS NOT NULL AND resumed_at IS NULL AND ended_at IS NULL`;

/** A return after the last plan had ended answers everything that had ended; one beside an open plan only what ended of the same kind. */
const returned = (table: string, parameters: readonly unknown[]): Statement => ({
  sql: `UPDATE ${table} SET returned_at = $2
        WHERE account_id = $1 AND entry = 'cancellation' AND ended_at IS NOT NULL AND returned_at IS NULL AND purged_at IS NULL AND ($3 OR plan_kind = $4)`,
  parameters,
});

export const cancellations: Projection = projection<MembershipEvent>({
  name: 'cancellations',
  version: 1,
  create: createTable,
  views: cancellationViews,
  on: {
    AccountOpened: ({ accountId, data }, table) => ({
      sql: `INSERT INTO ${table} (account_id, entry, entry_id, test_clock_id) VALUES ($1, 'account', '', $2)`,
      parameters: [accountId, data.testClockId],
    }),
    SubscriptionStarted: ({ accountId, effectiveAt, data }, table) => [
      returned(table, [accountId, effectiveAt, data.returned !== null, data.kind]),
      {
        sql: `INSERT INTO ${table} (account_id, entry, entry_id, ${planOfTerm}, started_at, trial_days, came_back, renewals)
              SELECT account_id, 'term', $2, test_clock_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0 FROM ${table} WHERE account_id = $1 AND entry = 'account'`,
        parameters: [
          accountId, data.subscriptionId, data.planId, data.kind, data.interval, data.price.amount, data.price.currency, effectiveAt, data.trialDays,
          data.returned !== null,
        ],
      },
    ],
    SubscriptionRenewed: ({ accountId, data }, table) => ({
      sql: `UPDATE ${table} SET plan_id = $3, plan_interval = $4, price = $5, currency = $6, renewals = renewals + 1
            WHERE account_id = $1 AND entry = 'term' AND entry_id = $2`,
      parameters: [accountId, data.subscriptionId, data.planId, data.interval, data.price.amount, data.price.currency],
    }),
    CancellationAttempted: ({ accountId, effectiveAt, data, metadata }, table) => ({
      sql: `INSERT INTO ${table} (account_id, entry, entry_id, ${planOfTerm}, opened_at, attempt_id, attempted_at, attempt_expires_at, reason, channel, actor_role)
            SELECT account_id, 'cancellation', $3, ${planOfTerm}, $4, $3, $4, $5, $6, $7, $8 FROM ${table} WHERE account_id = $1 AND (entry, entry_id) = ('term', $2)`,
      parameters: [accountId, data.subscriptionId, data.attemptId, effectiveAt, data.expiresAt, data.reason, metadata.channel, metadata.actor.role],
    }),
    CancellationRequested: ({ accountId, effectiveAt, data, metadata, eventId }, table) => {
      const parameters = [accountId, data.subscriptionId, data.attemptId ?? eventId, effectiveAt, data.effectiveAt, data.reason, metadata.channel, metadata.actor.role];
      return {
        sql: `INSERT INTO ${table} AS t (account_id, entry, entry_id, ${planOfTerm}, opened_at, requested_at, effective_at, reason, channel, actor_role)
              SELECT account_id, 'cancellation', $3, ${planOfTerm}, $4, $4, $5, $6, $7, $8 FROM ${table} WHERE account_id = $1 AND (entry, entry_id) = ('term', $2)
              ON CONFLICT (account_id, entry, entry_id) DO UPDATE
              SET plan_id = excluded.plan_id, plan_interval = excluded.plan_interval, price = excluded.price, requested_at = excluded.requested_at,
                effective_at = excluded.effective_at, reason = excluded.reason, channel = excluded.channel, actor_role = excluded.actor_role`,
        parameters,
      };
    },
    SubscriptionResumed: ({ accountId, effectiveAt, data }, table) => ({
      sql: `UPDATE ${table} SET resumed_at = $3 WHERE ${pendingOne}`,
      parameters: [accountId, data.subscriptionId, effectiveAt],
    }),
    PeriodEnded: ({ accountId, effectiveAt, data }, table) => [
      {
        sql: `UPDATE ${table} SET ended_at = $3, last_plan = $4 WHERE ${pendingOne}`,
        parameters: [accountId, data.subscriptionId, effectiveAt, data.lastPlan],
      },
      {
        sql: `UPDATE ${table} SET ended_at = $3, last_plan = $4 WHERE account_id = $1 AND entry = 'term' AND entry_id = $2`,
        parameters: [accountId, data.subscriptionId, effectiveAt, data.lastPlan],
      },
    ],
    DataPurged: ({ accountId, effectiveAt }, table) => ({
      sql: `UPDATE ${table} SET purged_at = $2 WHERE account_id = $1 AND entry <> 'account' AND purged_at IS NULL`,
      parameters: [accountId, effectiveAt],
    }),
  },
});
