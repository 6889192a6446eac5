// Folds what happened into what is known of charges.
import type { Instant } from '#kernel';
import type { Folds } from '../subject.js';
import { subscriptionById } from '../subscriptions/subscription.js';
import type { CardChargeRequested, ChargeEvent, chargeEvents } from './events.js';
import { noCharges, type Charge, type ChargesState, type ChargeStatus, type KnownToCharges } from './state.js';

type Requested = Extract<ChargeEvent, { type: (typeof CardChargeRequested)['type'] }>['data'];

function asked(state: KnownToCharges, charge: Requested, requestedAt: Instant): Charge {
  const { chargeId, amount: { amount } } = charge;
  if (charge.purpose !== 'plan') return { chargeId, amount, requestedAt, status: 'requested', purpose: charge.purpose };
  const { subscriptionId } = charge;
  return { chargeId, amount, requestedAt, status: 'requested', purpose: 'plan', subscriptionId, periodNumber: subscriptionById(state, subscriptionId)?.periodNumber ?? 0 };
}

const withStatus = ({ charges }: ChargesState, id: string, status: ChargeStatus): ChargesState => ({
  charges: charges.map((one) => (one.chargeId === id ? { ...one, status } : one)),
});

export const chargeFolds: Folds<ChargesState, KnownToCharges, (typeof chargeEvents)[number]> = {
  CardChargeRequested: (state, charge, at) => ({ charges: [...state.charges, asked(state, charge, at)] }),
  ChargeCollected: (state, { chargeId }) => withStatus(state, chargeId, 'collected'),
  ChargeFailed: (state, { chargeId }) => withStatus(state, chargeId, 'failed'),
  DataPurged: () => noCharges,
};
