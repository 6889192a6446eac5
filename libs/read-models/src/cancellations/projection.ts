// Keeps one row per cancellation, from the first acknowledgement to the return, one per term, and one per stretch of a term on one plan.
import type { MembershipEvent } from '#domain';
import { projection, type Projection, type Statement } from '#projections';
import { cancellationViews } from './views.js';

/**
 * Four kinds of entries. A `term` is a row of its own for analysts, and what the cancellations of the term take their plan from; a `stretch` is
 * as much of a term as ran on one plan, and never changes afterwards; the `account` entry is memory alone: it knows the test clock, which no later
 * event repeats. Attempts at one cancellation have `renewals` (of the term by then) and `requests_before` (earlier cancellations of it) in common.
 */
const createTable = (table: string): readonly string[] => [
  `CREATE TABLE ${table} (
    account_id text NOT NULL,
    entry text NOT NULL CHECK (entry IN ('account', 'term', 'stretch', 'cancellation')),
    entry_id text NOT NULL,
    test_clock_id text,
    subscription_id text,
    plan_id text,
    plan_kind text,
    plan_interval text,
    price bigint,
    currency text,
    time_zone text,
    started_at timestamptz(3),
    since timestamptz(3),
    until timestamptz(3),
    trial_days integer,
    came_back boolean,
    renewals integer,
    requests_before integer,
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
  `CREATE INDEX ON ${table} (since) WHERE entry = 'stretch'`,
];

const planOfTerm = 'test_clock_id, subscription_id, plan_id, plan_kind, plan_interval, price, currency';

/** The one cancellation of the subscription that has been requested and is neither resumed nor over. */
const pendingOne = `account_id = $1 AND entry = 'cancellation' AND subscription_id = $2 AND requested_at IS NOT NULL AND resumed_at IS NULL AND ended_at IS NULL`;

/** How many cancellations of the subscription have been requested so far. */
const requestsSoFar = (table: string): string =>
  `(SELECT count(*) FROM ${table} c WHERE c.account_id = $1 AND c.entry = 'cancellation' AND c.subscription_id = $2 AND c.requested_at IS NOT NULL)`;

const ofStretch = `${planOfTerm}, time_zone, started_at, came_back, since`;

/** A return after the last plan had ended answers everything that had ended; one beside an open plan only what ended of the same kind. */
const returned = (table: string, parameters: readonly unknown[]): Statement => ({
  sql: `UPDATE ${table} SET returned_at = $2
        WHERE account_id = $1 AND entry = 'cancellation' AND ended_at IS NOT NULL AND returned_at IS NULL AND purged_at IS NULL AND ($3 OR plan_kind = $4)`,
  parameters,
});

export const cancellations: Projection<MembershipEvent> = projection({
  name: 'cancellations',
  version: 2,
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
        sql: `INSERT INTO ${table} (account_id, entry, entry_id, ${ofStretch}, trial_days, renewals)
              SELECT account_id, given.entry, given.entry_id, test_clock_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, given.since, $11, given.renewals
              FROM ${table} CROSS JOIN (VALUES ('term', $2, NULL, 0), ('stretch', $2 || '.1', $9::timestamptz, NULL)) AS given (entry, entry_id, since, renewals)
              WHERE account_id = $1 AND ${table}.entry = 'account'`,
        parameters: [
          accountId, data.subscriptionId, data.planId, data.kind, data.interval, data.price.amount, data.price.currency, data.timeZone, effectiveAt,
          data.returned !== null, data.trialDays,
        ],
      },
    ],
    SubscriptionRenewed: ({ accountId, effectiveAt, data }, table) => ({
      sql: `WITH renewed AS (
              UPDATE ${table} SET plan_id = $3, plan_interval = $4, price = $5, currency = $6, renewals = renewals + 1
              WHERE account_id = $1 AND entry = 'term' AND entry_id = $2
            ), left_plan AS (
              UPDATE ${table} SET until = $7 WHERE account_id = $1 AND entry = 'stretch' AND subscription_id = $2 AND until IS NULL AND plan_id <> $3
              RETURNING test_clock_id, plan_kind, time_zone, started_at, came_back
            )
            INSERT INTO ${table} (account_id, entry, entry_id, ${ofStretch})
            SELECT $1, 'stretch', $2 || '.' || $8, test_clock_id, $2, $3, plan_kind, $4, $5, $6, time_zone, started_at, came_back, $7 FROM left_plan`,
      parameters: [accountId, data.subscriptionId, data.planId, data.interval, data.price.amount, data.price.currency, effectiveAt, String(data.periodNumber)],
    }),
    CancellationAttempted: ({ accountId, effectiveAt, data, metadata }, table) => ({
      sql: `INSERT INTO ${table} (account_id, entry, entry_id, ${planOfTerm}, renewals, requests_before, opened_at, attempt_id, attempted_at, attempt_expires_at, reason, channel, actor_role)
            SELECT account_id, 'cancellation', $3, ${planOfTerm}, renewals, ${requestsSoFar(table)}, $4, $3, $4, $5, $6, $7, $8 FROM ${table} WHERE account_id = $1 AND (entry, entry_id) = ('term', $2)`,
      parameters: [accountId, data.subscriptionId, data.attemptId, effectiveAt, data.expiresAt, data.reason, metadata.channel, metadata.actor.role],
    }),
    CancellationRequested: ({ accountId, effectiveAt, data, metadata, eventId }, table) => {
      const parameters = [accountId, data.subscriptionId, data.attemptId ?? eventId, effectiveAt, data.effectiveAt, data.reason, metadata.channel, metadata.actor.role];
      return {
        sql: `INSERT INTO ${table} AS t (account_id, entry, entry_id, ${planOfTerm}, renewals, requests_before, opened_at, requested_at, effective_at, reason, channel, actor_role)
              SELECT account_id, 'cancellation', $3, ${planOfTerm}, renewals, ${requestsSoFar(table)}, $4, $4, $5, $6, $7, $8 FROM ${table} WHERE account_id = $1 AND (entry, entry_id) = ('term', $2)
              ON CONFLICT (account_id, entry, entry_id) DO UPDATE
              SET plan_id = excluded.plan_id, plan_interval = excluded.plan_interval, price = excluded.price, renewals = excluded.renewals,
                requests_before = excluded.requests_before, requested_at = excluded.requested_at,
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
        sql: `UPDATE ${table} SET ended_at = $3, last_plan = $4, until = CASE entry WHEN 'stretch' THEN coalesce(until, $3) END
              WHERE account_id = $1 AND subscription_id = $2 AND entry IN ('term', 'stretch')`,
        parameters: [accountId, data.subscriptionId, effectiveAt, data.lastPlan],
      },
    ],
    DataPurged: ({ accountId, effectiveAt }, table) => ({
      sql: `UPDATE ${table} SET purged_at = $2 WHERE account_id = $1 AND entry <> 'account' AND purged_at IS NULL`,
      parameters: [accountId, effectiveAt],
    }),
  },
});
