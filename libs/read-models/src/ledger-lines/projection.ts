// Keeps one row per movement of money, as the account's own ledger tells it.
import { projection, type Projection, type Recorded, type Statement } from '#projections';
import type { MembershipEvent } from '#domain';
import type { RecordedEvent } from '#kernel';
import { documentedView } from '../analytics/documented-view.js';
import { ledgerEntry, movesWallet } from '../ledger/entries.js';

function line(event: Recorded<MembershipEvent>, table: string): Statement | null {
  const recorded: RecordedEvent = event as unknown as RecordedEvent;
  const entry = ledgerEntry(recorded);
  if (!entry) return null;
  const { entryId, kind, source, amount, effectiveAt, subscriptionId = null } = entry;
  return {
    sql: `INSERT INTO ${table} (entry_id, account_id, kind, source, amount, currency, moves_wallet, subscription_id, effective_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    parameters: [entryId, event.accountId, kind, source, amount.amount, amount.currency, movesWallet(entry), subscriptionId, effectiveAt],
  };
}

export const ledgerLines: Projection = projection<MembershipEvent>({
  name: 'ledger_lines',
  version: 1,
  create: (table) => [
    `CREATE TABLE ${table} (
      entry_id uuid PRIMARY KEY,
      account_id text NOT NULL,
      kind text NOT NULL,
      source text NOT NULL,
      amount bigint NOT NULL,
      currency text NOT NULL,
      moves_wallet boolean NOT NULL,
      subscription_id text,
      effective_at timestamptz(3) NOT NULL
    )`,
    `CREATE INDEX ON ${table} (effective_at)`,
    `CREATE INDEX ON ${table} (account_id)`,
  ],
  views: (table) =>
    documentedView({
      name: 'ledger',
      about: 'One row per movement of money. The wallet of an account holds the sum of what moves it, from its last purge on.',
      columns: {
        entry_id: ['entry_id', 'The event it follows from.'],
        account_id: ['account_id', 'The account.'],
        kind: ['kind', 'card_charge, auto_recharge, top_up, number_fee, number_fee_shortfall or unsent_message_credit.'],
        source: ['source', 'wallet or card.'],
        amount: ['amount', 'Minor units: into the wallet positive, out of it negative; a card charge positive; a shortfall states what was not paid.'],
        currency: ['currency', 'ISO 4217 code.'],
        moves_wallet: ['moves_wallet', 'Whether the balance of the wallet changed by the amount.'],
        subscription_id: ['subscription_id', 'The subscription it is about; null: the account.'],
        effective_at: ['effective_at', 'When it counts, in the time of the account.'],
      },
      from: `FROM ${table}`,
    }),
  on: {
    CardChargeRequested: line,
    WalletRecharged: line,
    WalletToppedUp: line,
    NumberFeesCharged: line,
    NumberFeesFellShort: line,
    UnsentMessagesCredited: line,
  },
});
