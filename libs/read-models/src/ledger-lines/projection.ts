// Keeps one row per movement of money, as the account's own ledger tells it, and what a purge took from the wallet.
import { projection, type Projection, type Statement } from '#projections';
import type { MembershipEvent } from '#domain';
import type { RecordedEvent } from '#kernel';
import { documentedView } from '../analytics/documented-view.js';
import { ledgerEntry, movesWallet } from '../ledger/entries.js';

/** What was in the wallet when the account's data was deleted. No account's own ledger tells it: nobody can read that any more. */
const forfeited = 'forfeited_balance';

export const ledgerLineKinds = `card_charge, auto_recharge, top_up, number_fee, number_fee_shortfall, unsent_message_credit or ${forfeited} (what a purge took from the wallet)`;

/** A `line` is a row for analysts; the `account` entry is memory alone: it knows the test clock, which no later event repeats. */
const createTable = (table: string): readonly string[] => [
  `CREATE TABLE ${table} (
    entry text NOT NULL CHECK (entry IN ('account', 'line')),
    entry_id uuid PRIMARY KEY,
    account_id text NOT NULL,
    test_clock_id text,
    kind text,
    source text,
    amount bigint,
    currency text,
    moves_wallet boolean,
    subscription_id text,
    effective_at timestamptz(3),
    CHECK (entry = 'account' OR num_nulls(kind, source, amount, currency, moves_wallet, effective_at) = 0)
  )`,
  `CREATE INDEX ON ${table} (effective_at)`,
  `CREATE INDEX ON ${table} (account_id)`,
];

const columns = 'entry, entry_id, account_id, test_clock_id, kind, source, amount, currency, moves_wallet, subscription_id, effective_at';

function line(event: RecordedEvent<MembershipEvent>, table: string): Statement | null {
  const entry = ledgerEntry(event);
  if (!entry) return null;
  const { entryId, kind, source, amount, effectiveAt, subscriptionId = null } = entry;
  return {
    sql: `INSERT INTO ${table} (${columns}) SELECT 'line', $1, account_id, test_clock_id, $3, $4, $5, $6, $7, $8, $9 FROM ${table} WHERE account_id = $2 AND entry = 'account'`,
    parameters: [entryId, event.accountId, kind, source, amount.amount, amount.currency, movesWallet(entry), subscriptionId, effectiveAt],
  };
}

export const ledgerLines: Projection<MembershipEvent> = projection({
  name: 'ledger_lines',
  version: 2,
  create: createTable,
  views: (table) =>
    documentedView({
      name: 'ledger',
      about: 'One row per movement of money. The wallet of an account holds the sum of what moves it.',
      columns: {
        entry_id: ['entry_id', 'The event it follows from.'],
        account_id: ['account_id', 'The account.'],
        test_clock_id: ['test_clock_id', 'The test clock that the account lives by; null: real time.'],
        kind: ['kind', `${ledgerLineKinds}.`],
        source: ['source', 'wallet or card.'],
        amount: ['amount', 'Minor units: into the wallet positive, out of it negative; a card charge positive; a shortfall states what was not paid.'],
        currency: ['currency', 'ISO 4217 code.'],
        moves_wallet: ['moves_wallet', 'Whether the balance of the wallet changed by the amount.'],
        subscription_id: ['subscription_id', 'The subscription it is about; null: the account.'],
        effective_at: ['effective_at', 'When it counts, in the time of the account.'],
      },
      from: `FROM ${table} WHERE entry = 'line'`,
    }),
  on: {
    AccountOpened: ({ accountId, eventId, data }, table) => ({
      sql: `INSERT INTO ${table} (entry, entry_id, account_id, test_clock_id) VALUES ('account', $1, $2, $3)`,
      parameters: [eventId, accountId, data.testClockId],
    }),
    CardChargeRequested: line,
    WalletRecharged: line,
    WalletToppedUp: line,
    NumberFeesCharged: line,
    NumberFeesFellShort: line,
    UnsentMessagesCredited: line,
    DataPurged: ({ accountId, eventId, effectiveAt }, table) => ({
      sql: `INSERT INTO ${table} (${columns})
            SELECT 'line', $1, account_id, test_clock_id, '${forfeited}', 'wallet', -sum(amount), currency, true, NULL, $3
            FROM ${table} WHERE account_id = $2 AND moves_wallet GROUP BY account_id, test_clock_id, currency HAVING sum(amount) <> 0`,
      parameters: [eventId, accountId, effectiveAt],
    }),
  },
});
