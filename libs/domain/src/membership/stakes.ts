// What there is to lose. A deadline stands for every account; of a loss is only spoken where something would go (A22).
import type { AccountDeadlineKind } from './consequences.js';
import type { Membership } from './state.js';

const stakes: Readonly<Record<AccountDeadlineKind, (state: Membership) => boolean>> = {
  'release-numbers': ({ numbers }) => numbers.all.some(({ status, origin }) => status === 'active' && origin === 'purchased'),
  'expire-ten-dlc': ({ tenDlc }) => tenDlc.status === 'pending' || tenDlc.status === 'active',
  'purge-data': () => true,
};

export const isAtStake = (state: Membership, kind: AccountDeadlineKind): boolean => stakes[kind](state);
