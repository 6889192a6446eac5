// The fees to come as they will be paid if nothing changes: by the very rule that charges them.
import type { Instant } from '#kernel';
import { feeBoundaries } from '../membership/consequences.js';
import { fold } from '../membership/evolve.js';
import { billableNumbers, feeAtBoundary, type Membership } from '../membership/state.js';
import { chargeFees } from './rules.js';

export interface ForetoldFee {
  readonly at: Instant;
  readonly count: number;
  /** Minor units, as is `short`. */
  readonly due: number;
  /** What the wallet will not be able to pay of it. */
  readonly short: number;
}

/** Soonest first; at most `most`. */
export function foretoldFees(state: Membership, most: number): readonly ForetoldFee[] {
  const [count, due] = [billableNumbers(state), feeAtBoundary(state)];
  let current = state;
  return feeBoundaries(state, most).map((at) => {
    const charged = chargeFees(current, at);
    current = fold(current, charged);
    const short = charged.reduce((sum, { type, data }) => (type === 'NumberFeesFellShort' ? sum + data.amount.amount : sum), 0);
    return { at, count, due, short };
  });
}
