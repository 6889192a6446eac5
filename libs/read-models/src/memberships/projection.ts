// Keeps one row per account, and in it what is to come, folded by the domain's own rules.
import { foldVersion, membershipEvents, type MembershipEvent } from '#domain';
import { changedBy, folded, type Projection } from '#projections';
import { membershipViews } from './views.js';
import { foldRow, type MembershipRow } from './row.js';

export const memberships: Projection<MembershipEvent> = folded<MembershipEvent, MembershipRow>({
  name: 'memberships',
  // It keeps the state, and is rebuilt with every other fold of it.
  version: 5 + foldVersion,
  types: membershipEvents.map(({ type }) => type),
  columns: {
    account_id: 'text NOT NULL',
    test_clock_id: 'text',
    opened_at: 'timestamptz(3) NOT NULL',
    time_zone: 'text NOT NULL',
    currency: 'text NOT NULL',
    cancellation_mode: 'text NOT NULL',
    standing: 'text NOT NULL',
    open_plans: 'text[] NOT NULL',
    pending_plans: 'text[] NOT NULL',
    lapsed_at: 'timestamptz(3)',
    purged_at: 'timestamptz(3)',
    life: 'integer NOT NULL',
    lifecycle: 'integer NOT NULL',
    numbers: 'integer NOT NULL',
    ten_dlc_status: 'text NOT NULL',
    wallet_balance: 'bigint NOT NULL',
    legal_holds: 'integer NOT NULL',
    version: 'integer NOT NULL',
    upcoming: 'jsonb NOT NULL',
    state: 'jsonb NOT NULL',
    imported_at: 'timestamptz(3)',
  },
  key: ['account_id'],
  views: membershipViews,
  remembered: { columns: ['account_id', 'opened_at', 'life', 'state'] },
  fold: ([before = null], events) => [{ ...foldRow(before, events), ...changedBy(events.at(-1)!) }],
});
