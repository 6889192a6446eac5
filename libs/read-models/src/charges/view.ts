// A charge as callers see it.
import type { Instant, Money } from '#kernel';
import { amountOf, type Charge, type ChargePurpose, type ChargeStatus, type Membership } from '#domain';

export interface ChargeView {
  readonly chargeId: string;
  readonly purpose: ChargePurpose;
  readonly amount: Money;
  /** `requested`: nothing is known of it yet. */
  readonly status: ChargeStatus;
  readonly requestedAt: Instant;
  readonly subscriptionId?: string;
}

export const chargeView = (state: Membership, charge: Charge): ChargeView => ({
  chargeId: charge.chargeId,
  purpose: charge.purpose,
  amount: amountOf(state, charge),
  status: charge.status,
  requestedAt: charge.requestedAt,
  ...(charge.purpose === 'plan' && { subscriptionId: charge.subscriptionId }),
});
