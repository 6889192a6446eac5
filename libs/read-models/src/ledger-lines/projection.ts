// Keeps one row per movement of money, as the account's own ledger tells it, what a purge took from the wallet, and what became of each charge.
import { projection, type Projection, type RowOf } from '#projections';
import type { MembershipEvent } from '#domain';
import { isImported, type RecordedEvent } from '#kernel';
import { changes, documentedView } from '../analytics/documented-view.js';
import { ledgerEntry, movesWallet } from '../ledger/entries.js';
import { chargeViews, lineOfPurpose } from './charges.js';

/** What was in the wallet when the account's data was deleted. No account's own ledger tells it: nobody can read that any more. */
const forfeited = 'forfeited_balance';

export const ledgerLineKinds = `card_charge, auto_recharge, top_up, number_fee, number_fee_shortfall, unsent_message_credit or ${forfeited} (what a purge took from the wallet)`;

/**
 * A `line` is a row for analysts; a `charge` is one that moves nothing by itself, since it is for the wallet. The `account` entry is memory alone: test clock and zone, which no later event repeats, as `amount` what the lines have
 * moved into the wallet so far, and as `latest` when the last of each kind, source and currency counted: the next one bears that as `alike_at`, so that whoever counts accounts step by step need not sort all of their rows.
 */
const columns = {
  entry: 'text NOT NULL',
  entry_id: 'uuid NOT NULL',
  account_id: 'text NOT NULL',
  test_clock_id: 'text',
  kind: 'text',
  source: 'text',
  amount: 'bigint',
  currency: 'text',
  moves_wallet: 'boolean',
  subscription_id: 'text',
  effective_at: 'timestamptz(3)',
  charge_id: 'text',
  charge_status: 'text',
  time_zone: 'text NOT NULL',
  imported: 'boolean NOT NULL',
  alike_at: 'timestamptz(3)',
  latest: 'text',
} as const;

type LedgerRow = RowOf<typeof columns>;

const memory = { entry: 'account', kind: null, source: null, amount: 0, currency: null, moves_wallet: null, subscription_id: null, effective_at: null, charge_id: null, charge_status: null, imported: false, alike_at: null, latest: '{}' } as const;

const accountOf = (rows: readonly LedgerRow[]): LedgerRow | undefined => rows.find(({ entry }) => entry === 'account');

/** The row that is new, behind those alike of its account, and the account that remembers it. */
function entered(account: LedgerRow, given: LedgerRow): readonly [row: LedgerRow, account: LedgerRow] {
  const latest = JSON.parse(account.latest ?? '{}') as Readonly<Record<string, LedgerRow['effective_at']>>;
  const alike = [given.kind, given.source, given.currency].join(' ');
  return [{ ...given, alike_at: latest[alike] ?? null, latest: null }, { ...account, latest: JSON.stringify({ ...latest, [alike]: given.effective_at }) }];
}

function line(event: RecordedEvent<MembershipEvent>, rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const account = accountOf(rows);
  const entry = ledgerEntry(event);
  if (!account || !entry) return [];
  const { entryId, kind, source, amount: { amount, currency }, effectiveAt, subscriptionId = null } = entry;
  const moves = movesWallet(entry);
  const { account_id, test_clock_id, time_zone } = account;
  const [moved, after] = entered(account, {
    entry: 'line', entry_id: entryId, account_id, test_clock_id, kind, source, amount, currency, moves_wallet: moves, subscription_id: subscriptionId, effective_at: effectiveAt,
    charge_id: null, charge_status: null, time_zone, imported: isImported(event.metadata), alike_at: null, latest: null,
  });
  return [moved, moves ? { ...after, amount: (account.amount ?? 0) + amount, currency } : after];
}

function requested(event: RecordedEvent<Extract<MembershipEvent, { type: 'CardChargeRequested' }>>, rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const { eventId, effectiveAt, data } = event;
  const charge = { charge_id: data.chargeId, charge_status: 'requested' };
  if (data.purpose === 'plan') return line(event, rows).map((row) => (row.entry === 'account' ? row : { ...row, ...charge }));
  const account = accountOf(rows);
  if (!account) return [];
  return entered(account, { ...account, ...lineOfPurpose[data.purpose], ...charge, entry: 'charge', entry_id: eventId, amount: data.amount.amount, currency: data.amount.currency, moves_wallet: false, effective_at: effectiveAt });
}

const became = (status: string) => ({ data }: { readonly data: { readonly chargeId: string } }, rows: readonly LedgerRow[]): readonly LedgerRow[] =>
  rows.filter(({ charge_id: id }) => id === data.chargeId).map((row) => ({ ...row, charge_status: status }));

export const ledgerLines: Projection<MembershipEvent> = projection<MembershipEvent, LedgerRow>({
  name: 'ledger_lines',
  version: 7,
  columns,
  key: ['entry_id'],
  constraints: [
    "CHECK (entry IN ('account', 'line', 'charge'))",
    "CHECK (charge_status IN ('requested', 'collected', 'failed'))",
    "CHECK (entry = 'account' OR num_nulls(kind, source, amount, currency, moves_wallet, effective_at) = 0)",
  ],
  indexes: (table) => [`CREATE INDEX ON ${table} (effective_at)`],
  remembered: { where: "(entry = 'account' OR charge_status IN ('requested', 'failed'))" },
  views: (table) => [
    ...documentedView({
      name: 'ledger',
      about: 'One row per movement of money. The wallet of an account holds the sum of what moves it.',
      key: ['entry_id'],
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
        imported: ['imported', 'Whether it is what was in the wallet when the account was taken over from another system: no money that has come in.'],
        time_zone: ['time_zone', 'IANA zone of the account then.'],
        ...changes(),
      },
      from: `FROM ${table} WHERE entry = 'line'`,
    }),
    ...chargeViews(table),
  ],
  on: {
    AccountOpened: ({ accountId, eventId, data }) => [{ ...memory, entry_id: eventId, account_id: accountId, test_clock_id: data.testClockId, time_zone: data.timeZone }],
    AccountChanged: ({ data: { timeZone } }, rows) => (timeZone === undefined ? [] : rows.filter(({ entry }) => entry === 'account').map((account) => ({ ...account, time_zone: timeZone }))),
    CardChargeRequested: requested,
    ChargeCollected: became('collected'),
    ChargeFailed: became('failed'),
    WalletRecharged: line,
    WalletToppedUp: line,
    NumberFeesCharged: line,
    NumberFeesFellShort: line,
    UnsentMessagesCredited: line,
    DataPurged({ eventId, effectiveAt }, rows) {
      const account = accountOf(rows);
      if (!account?.amount) return [];
      const taken = { kind: forfeited, source: 'wallet', amount: -account.amount, moves_wallet: true, effective_at: effectiveAt };
      const [line, after] = entered(account, { ...account, ...taken, entry: 'line', entry_id: eventId });
      return [line, { ...after, amount: 0 }];
    },
  },
});
