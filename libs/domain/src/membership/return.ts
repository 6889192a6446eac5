// What somebody who came back now would still have, and what would be gone (A13).
import type { Instant } from '#kernel';
import { isLossKind, losses, type Belonging, type LossKind } from './consequences.js';
import { isAtStake, openDeadlines, plannedDeadlines } from './deadlines.js';
import type { Membership } from './state.js';

export const belongings: readonly Belonging[] = losses.flatMap(({ takes }): readonly Belonging[] => takes);

export interface IfYouReturn {
  readonly kept: readonly Belonging[];
  readonly lost: readonly Belonging[];
}

export function ifYouReturn(state: Membership): IfYouReturn {
  const taken = losses.flatMap(({ takes, lost }): readonly Belonging[] => (lost(state) ? takes : []));
  // What the purge leaves is nothing, whatever else has come to pass.
  const isLost = (one: Belonging): boolean => state.purge !== null || taken.includes(one);
  return { kept: belongings.filter((one) => !isLost(one)), lost: belongings.filter(isLost) };
}

export interface NextLoss {
  readonly kind: LossKind;
  readonly at: Instant;
}

/** The next thing of theirs that time will take away, if nothing changes. */
export function nextLoss(state: Membership): NextLoss | null {
  const coming = [...openDeadlines(state), ...plannedDeadlines(state)].flatMap(({ kind, dueAt }) => (isLossKind(kind) && isAtStake(state, kind) ? [{ kind, at: dueAt }] : []));
  return coming.toSorted((a, b) => (a.at < b.at ? -1 : 1))[0] ?? null;
}
