// A membership: what decisions need to know of an account, the parts of all subjects together. It never says who the person is.
import { noAccount, type AccountState } from '../account/state.js';
import { noAttempts, type CancellationState } from '../cancellation/state.js';
import { noCharges, type ChargesState } from '../charges/state.js';
import { noNumbers, type NumbersState } from '../numbers/state.js';
import { nothingKept, type RetentionState } from '../retention/state.js';
import { noSubscriptions, type SubscriptionsState } from '../subscriptions/state.js';
import { isPending, openSubscriptions } from '../subscriptions/subscription.js';
import { noTenDlc, type TenDlcState } from '../ten-dlc/state.js';
import { emptyWallet, type WalletState } from '../wallet/state.js';
import { noWishes, type WishesState } from './wishes.js';

export type Membership = AccountState & SubscriptionsState & ChargesState & WalletState & CancellationState & NumbersState & TenDlcState & RetentionState & WishesState;

const nobody: Membership = { ...noAccount(''), ...noSubscriptions, ...noCharges, ...emptyWallet, ...noAttempts, ...noNumbers, ...noTenDlc, ...nothingKept, ...noWishes };

export const noMembership = (accountId: string): Membership => ({ ...nobody, accountId });

/** `cancelling`: every open plan is pending. `lapsed`: plans have been, none is open. */
export type Standing = 'none' | 'active' | 'cancelling' | 'lapsed' | 'purged';

export function standingOf(state: Membership): Standing {
  if (state.purge) return 'purged';
  const open = openSubscriptions(state);
  if (open.length === 0) return state.lapse ? 'lapsed' : 'none';
  return open.every(isPending) ? 'cancelling' : 'active';
}
