// The last guard before anything is written: no rule, however wrong, can charge a card that must rest (R10).
import { chargeById } from '../charges/state.js';
import type { MembershipEvent } from './events.js';
import { evolve } from './fold.js';
import { subscriptionById } from '../subscriptions/subscription.js';
import type { Membership } from './state.js';

export class ForbiddenCharge extends Error {
  override name = 'ForbiddenCharge';
}

/**
 * Throws {@link ForbiddenCharge} if `events`, following `state`, charge for a plan that is cancelled or ended, or for the wallet while that is suspended, or fill the wallet with
 * what nobody has collected.
 */
export function guardCard(state: Membership, events: readonly MembershipEvent[]): void {
  if (!events.some(isOfCard)) return;
  let current = state;
  for (const event of events) {
    current = evolve(current, event);
    const why = forbidden(current, event);
    if (why) throw new ForbiddenCharge(`${state.accountId}: ${event.type} at ${event.effectiveAt}, but ${why}`);
  }
}

const isOfCard = ({ type }: MembershipEvent): boolean => type === 'WalletRecharged' || type === 'CardChargeRequested';

function forbidden(state: Membership, event: MembershipEvent): string | null {
  if (event.type === 'WalletRecharged') return chargeById(state, event.data.chargeId)?.status === 'collected' ? null : 'nothing was collected for it';
  if (event.type !== 'CardChargeRequested') return null;
  if (event.data.purpose !== 'plan') return state.wallet.autoRecharge.suspended ? 'no card is charged for the wallet any more' : null;
  const subscription = subscriptionById(state, event.data.subscriptionId);
  if (!subscription) return 'there is no such plan';
  if (subscription.endedAt !== null) return 'the plan has ended';
  return subscription.cancellation ? 'its cancellation is pending' : null;
}
