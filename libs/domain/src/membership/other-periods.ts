// What another policy would make of what was promised: for whoever looks before it is in force. What was promised stays, whatever comes of it (R33).
import { earlier, type Instant } from '#kernel';
import { comesAt, type End } from '../consequence.js';
import type { Policy } from '../policy.js';
import { openSubscriptions, type Subscription } from '../subscriptions/subscription.js';
import { losses, type LossKind } from './consequences.js';
import type { Membership } from './state.js';

/** Something that is still to come, when it was promised to come, and when it would come if it had been promised under other periods. */
export interface PromisedBeside {
  readonly kind: LossKind;
  readonly promised: Instant;
  readonly would: Instant;
}

/** Of every loss that counts already, or is told to come. */
export function underOtherPeriods(state: Membership, periods: Policy): readonly PromisedBeside[] {
  if (!state.terms || state.purge) return [];
  return losses.flatMap((row): readonly PromisedBeside[] => {
    const counting = row.since(state);
    if (counting && row.settled(state)) return [];
    const end = counting ?? row.plannedSince(state);
    return end ? [{ kind: row.kind, promised: comesAt(row, end), would: row.dueAt({ ...counted(state, row.kind, end, periods), policy: periods, told: {} }) }] : [];
  });
}

/** Whether numbers would be billed after an end where it was promised that they are not. */
export const wouldBillAfterEnd = (state: Membership, periods: Policy): boolean =>
  periods.numberFeesAfterEnd && !state.purge && [state.lapse?.policy, ...openSubscriptions(state).map(({ cancellation }) => cancellation?.policy)].some((promised) => promised?.numberFeesAfterEnd === false);

/** A registration that followed the last plan of the account would follow the last Messaging plan, which may end before. */
function counted(state: Membership, kind: LossKind, end: End, { tenDlcScope }: Policy): End {
  if (kind !== 'expire-ten-dlc' || tenDlcScope === end.policy.tenDlcScope || tenDlcScope === 'account') return end;
  const ended = ({ term, lifecycle, endedAt, cancellation, period }: Subscription): readonly Instant[] =>
    term.kind === 'messaging' && lifecycle === state.lifecycle && (endedAt !== null || cancellation !== null) ? [endedAt ?? period.end] : [];
  return { ...end, at: state.subscriptions.flatMap(ended).reduce(earlier, end.at) };
}
