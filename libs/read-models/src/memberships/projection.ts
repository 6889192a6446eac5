// Keeps one row per account, and in it what is to come; the batch's accounts are read, folded and written at once.
import { membershipEvents, type MembershipEvent } from '#domain';
import type { RecordedEvent } from '#kernel';
import type { Projection, Target } from '#projections';
import { membershipViews } from './views.js';
import { foldRow, type MembershipRow } from './row.js';

const createTable = (table: string): string => `
  CREATE TABLE ${table} (
    account_id text PRIMARY KEY,
    test_clock_id text,
    opened_at timestamptz(3) NOT NULL,
    time_zone text NOT NULL,
    currency text NOT NULL,
    cancellation_mode text NOT NULL,
    standing text NOT NULL,
    open_plans text[] NOT NULL,
    pending_plans text[] NOT NULL,
    lapsed_at timestamptz(3),
    purged_at timestamptz(3),
    life integer NOT NULL,
    lifecycle integer NOT NULL,
    numbers integer NOT NULL,
    ten_dlc_status text NOT NULL,
    wallet_balance bigint NOT NULL,
    legal_holds integer NOT NULL,
    version integer NOT NULL,
    upcoming jsonb NOT NULL,
    state jsonb NOT NULL
  )`;

const changing = [
  'test_clock_id', 'time_zone', 'currency', 'cancellation_mode', 'standing', 'open_plans', 'pending_plans', 'lapsed_at', 'purged_at', 'life', 'lifecycle',
  'numbers', 'ten_dlc_status', 'wallet_balance', 'legal_holds', 'version', 'upcoming', 'state',
] as const satisfies readonly (keyof MembershipRow)[];

export const memberships: Projection<MembershipEvent> = {
  name: 'memberships',
  version: 4,
  types: membershipEvents.map(({ type }) => type),
  create: createTable,
  views: membershipViews,

  async apply(events: readonly RecordedEvent<MembershipEvent>[], { table, database }: Target): Promise<void> {
    const byAccount = grouped(events);
    const stored = await database.query<MembershipRow>(`SELECT account_id, opened_at, life, state FROM ${table} WHERE account_id = ANY ($1)`, [[...byAccount.keys()]]);
    const before = new Map(stored.map((row) => [row.account_id, row]));
    const rows = [...byAccount].map(([accountId, own]) => foldRow(before.get(accountId) ?? null, own));
    await database.query(
      `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)
       ON CONFLICT (account_id) DO UPDATE SET (${changing.join(', ')}) = ROW (${changing.map((column) => `excluded.${column}`).join(', ')})`,
      [JSON.stringify(rows)],
    );
  },
};

function grouped(events: readonly RecordedEvent<MembershipEvent>[]): Map<string, RecordedEvent<MembershipEvent>[]> {
  const groups = new Map<string, RecordedEvent<MembershipEvent>[]>();
  for (const event of events) {
    const own = groups.get(event.accountId);
    if (own) own.push(event);
    else groups.set(event.accountId, [event]);
  }
  return groups;
}
