// What an account holds, remembered for the day on which it loses it; and each number and registration that is given up.
import { isImported, type RecordedEvent } from '#kernel';
import type { MembershipEvent } from '#domain';
import { ledgerEntry, movesWallet } from '../ledger/entries.js';
import { row, type CancellationRow, type Rows } from './row.js';

type Recorded<Type extends MembershipEvent['type']> = RecordedEvent<Extract<MembershipEvent, { type: Type }>>;

export const nothingHeld = { numbers: 0, ten_dlc_status: 'none', wallet_balance: 0 } as const;

export const accountOf = (rows: Rows): CancellationRow | undefined => rows.find(({ entry }) => entry === 'account');

/** What a row takes from the account that it belongs to. */
export const ofAccount = ({ account_id, test_clock_id, time_zone }: CancellationRow): Pick<CancellationRow, 'account_id' | 'test_clock_id' | 'time_zone'> => ({ account_id, test_clock_id, time_zone });

const changed = (rows: Rows, change: (account: CancellationRow) => Partial<CancellationRow>): Rows => {
  const account = accountOf(rows);
  return account ? [{ ...account, ...change(account) }] : [];
};

const more = (rows: Rows, by: number): Rows => (by === 0 ? [] : changed(rows, ({ numbers }) => ({ numbers: (numbers ?? 0) + by })));

const numberOf = (rows: Rows, numberId: string): CancellationRow | undefined => rows.find(({ entry, entry_id }) => entry === 'number' && entry_id === numberId);

const numberNow = (rows: Rows, numberId: string, outcome: string): Rows => {
  const account = accountOf(rows);
  return account ? [row({ ...ofAccount(account), entry: 'number', entry_id: numberId, outcome })] : [];
};

/** What was never ours to release is there again for who comes back after the last plan. */
export function numbersBack(rows: Rows): Rows {
  const left = rows.filter(({ entry, outcome }) => entry === 'number' && outcome === 'left');
  return [...left.map((one) => ({ ...one, outcome: 'back' })), ...more(rows, left.length)];
}

export const nothingLeft = (rows: Rows): Rows => [...changed(rows, () => nothingHeld), ...rows.filter(({ entry }) => entry === 'number').map((one) => ({ ...one, outcome: 'purged' }))];

/** Which numbers count is what the domain says of `currentNumbers`. */
const counts = (rows: Rows, numberId: string): boolean => !['removed', 'left', 'purged'].includes(numberOf(rows, numberId)?.outcome ?? '');

function release({ accountId, effectiveAt, metadata }: RecordedEvent<MembershipEvent>, rows: Rows, given: { readonly kind: 'number' | 'ten-dlc'; readonly id: string; readonly outcome: string; readonly cause: 'end' | 'removal' }): Rows {
  const account = accountOf(rows);
  if (!account) return [];
  const { kind, id, outcome, cause } = given;
  return [row({ ...ofAccount(account), account_id: accountId, entry: 'release', entry_id: `${kind}.${id}`, kind, outcome, cause, settled_at: effectiveAt, imported: isImported(metadata) })];
}

const causeOf = (rows: Rows, numberId: string): 'end' | 'removal' => (numberOf(rows, numberId)?.outcome === 'removed' ? 'removal' : 'end');

const wallet = (event: RecordedEvent<MembershipEvent>, rows: Rows): Rows => {
  const entry = ledgerEntry(event);
  return entry && movesWallet(entry) ? changed(rows, ({ wallet_balance }) => ({ wallet_balance: (wallet_balance ?? 0) + entry.amount.amount })) : [];
};

export const heldReactions = {
  AccountChanged: ({ data }: Recorded<'AccountChanged'>, rows: Rows): Rows => (data.timeZone === undefined ? [] : changed(rows, () => ({ time_zone: data.timeZone ?? null }))),
  NumberPurchased: (_: Recorded<'NumberPurchased'>, rows: Rows): Rows => more(rows, 1),
  NumberRemoved: ({ data: { numberId } }: Recorded<'NumberRemoved'>, rows: Rows): Rows => [...numberNow(rows, numberId, 'removed'), ...more(rows, counts(rows, numberId) ? -1 : 0)],
  NumberReleaseStarted: ({ data: { leftIds } }: Recorded<'NumberReleaseStarted'>, rows: Rows): Rows => [...leftIds.flatMap((id) => numberNow(rows, id, 'left')), ...more(rows, -leftIds.filter((id) => counts(rows, id)).length)],
  NumberReleased(event: Recorded<'NumberReleased'>, rows: Rows): Rows {
    const { numberId, outcome, reason } = event.data;
    const became = outcome === 'already-gone' && reason === 'ported-out' ? 'ported-out' : outcome;
    return [...release(event, rows, { kind: 'number', id: numberId, outcome: became, cause: causeOf(rows, numberId) }), ...more(rows, counts(rows, numberId) ? -1 : 0)];
  },
  NumberReleaseBlocked: (event: Recorded<'NumberReleaseBlocked'>, rows: Rows): Rows =>
    release(event, rows, { kind: 'number', id: event.data.numberId, outcome: 'blocked', cause: causeOf(rows, event.data.numberId) }),
  TenDlcApplied: (_: Recorded<'TenDlcApplied'>, rows: Rows): Rows => changed(rows, () => ({ ten_dlc_status: 'pending' })),
  TenDlcRegistered: (_: Recorded<'TenDlcRegistered'>, rows: Rows): Rows => changed(rows, () => ({ ten_dlc_status: 'active' })),
  TenDlcExpired: (event: Recorded<'TenDlcExpired'>, rows: Rows): Rows => [
    ...changed(rows, () => ({ ten_dlc_status: 'expired' })),
    ...release(event, rows, { kind: 'ten-dlc', id: event.data.registrationId, outcome: 'expired', cause: 'end' }),
  ],
  WalletToppedUp: wallet,
  WalletRecharged: wallet,
  NumberFeesCharged: wallet,
  UnsentMessagesCredited: wallet,
} as const;
