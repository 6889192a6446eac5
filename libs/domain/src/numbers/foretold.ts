// The fees to come as they will be paid if nothing changes: by the very rule that charges them.
import type { Instant } from '#kernel';
import { feeBoundaries } from './boundaries.js';
import { chargeFees } from './rules.js';
import { billableNumbers, feeAtBoundary, type KnownToNumbers } from './state.js';

export interface ForetoldFee {
  readonly at: Instant;
  readonly count: number;
  /** Minor units, as is `short`. */
  readonly due: number;
  /** What the wallet will not be able to pay of it. */
  readonly short: number;
}

/** Soonest first; at most `most`. */
export function foretoldFees(state: KnownToNumbers, most: number): readonly ForetoldFee[] {
  const [count, due] = [billableNumbers(state), feeAtBoundary(state)];
  let { balance } = state.wallet;
  return feeBoundaries(state, most).map((at) => {
    let short = 0;
    for (const { type, data } of chargeFees({ ...state, wallet: { ...state.wallet, balance } }, at)) {
      if (type === 'NumberFeesCharged') balance -= data.amount.amount;
      if (type === 'NumberFeesFellShort') short += data.amount.amount;
    }
    return { at, count, due, short };
  });
}
