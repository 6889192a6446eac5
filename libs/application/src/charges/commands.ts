// What became of a charge: the payment system tells, in whatever order it does.
import type { Metadata } from '#kernel';
import { AccountCommand, decides } from '../commands.js';

export class MarkChargeCollected extends AccountCommand<'MarkChargeCollected'> {
  constructor(accountId: string, metadata: Metadata, readonly chargeId: string) {
    super(accountId, metadata);
  }
}

/** `reason`: in the payment system's own words; `null`: it gave none. */
export class MarkChargeFailed extends AccountCommand<'MarkChargeFailed'> {
  constructor(accountId: string, metadata: Metadata, readonly chargeId: string, readonly reason: string | null) {
    super(accountId, metadata);
  }
}

export const MarkChargeCollectedHandler = decides(MarkChargeCollected, ({ chargeId }) => ({ type: 'MarkChargeCollected', chargeId }));
export const MarkChargeFailedHandler = decides(MarkChargeFailed, ({ chargeId, reason }) => ({ type: 'MarkChargeFailed', chargeId, reason }));
