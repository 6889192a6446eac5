// What somebody who came back now would still have, and what would be gone (A13).
import type { Instant } from '#kernel';
import { openDeadlines, plannedDeadlines, type AccountDeadlineKind } from './consequences.js';
import { isAtStake } from './stakes.js';
import type { Membership } from './state.js';

export type Belonging = 'numbers' | 'ten-dlc' | 'data' | 'wallet';

/** What each consequence takes away. */
export const takes: Readonly<Record<AccountDeadlineKind, readonly Belonging[]>> = {
  'release-numbers': ['numbers'],
  'expire-ten-dlc': ['ten-dlc'],
  'purge-data': ['data', 'wallet'],
};

const belongings: readonly Belonging[] = ['numbers', 'ten-dlc', 'data', 'wallet'];

export interface IfYouReturn {
  readonly kept: readonly Belonging[];
  readonly lost: readonly Belonging[];
}

/** Lost once their release has begun, unless there were none, or none of them has been, or can any more be, given up (A13: a half-done release keeps what is left). */
function numbersAreLost({ lapse, numbers }: Membership): boolean {
  if (!lapse || lapse.numbersRelease === 'waiting') return false;
  const began = numbers.all.filter(({ numberId }) => lapse.releasingIds.includes(numberId));
  return began.some(({ status }) => status === 'releasing' || status === 'released' || status === 'ported-out');
}

export function ifYouReturn(state: Membership): IfYouReturn {
  const { tenDlcLapse, purge } = state;
  const isLost: Readonly<Record<Belonging, boolean>> = {
    numbers: purge !== null || numbersAreLost(state),
    'ten-dlc': purge !== null || tenDlcLapse?.lost === true,
    data: purge !== null,
    wallet: purge !== null,
  };
  return { kept: belongings.filter((one) => !isLost[one]), lost: belongings.filter((one) => isLost[one]) };
}

export interface NextLoss {
  readonly kind: AccountDeadlineKind;
  readonly at: Instant;
}

const isAccountKind = (kind: string): kind is AccountDeadlineKind => kind in takes;

/** The next thing of theirs that time will take away, if nothing changes. */
export function nextLoss(state: Membership): NextLoss | null {
  const losses = [...openDeadlines(state), ...plannedDeadlines(state)].flatMap(({ kind, dueAt }) => (isAccountKind(kind) && isAtStake(state, kind) ? [{ kind, at: dueAt }] : []));
  return losses.toSorted((a, b) => (a.at < b.at ? -1 : 1))[0] ?? null;
}
