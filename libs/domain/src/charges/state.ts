// What was asked of the card in this life, and what became of it.
import { money, type Instant, type Money } from '#kernel';
import { termsOf } from '../account/state.js';
import type { KnownToSubscriptions } from '../subscriptions/state.js';
import type { SubscriptionId } from '../subscriptions/term.js';
import type { ChargePurpose, WalletPurpose } from './events.js';

export type ChargeStatus = 'requested' | 'collected' | 'failed';

/** Pays one period of a plan, or goes into the wallet. */
export type Charge = {
  readonly chargeId: string;
  /** Minor units of the account's currency. */
  readonly amount: number;
  readonly requestedAt: Instant;
  readonly status: ChargeStatus;
} & (
  | { readonly purpose: 'plan'; readonly subscriptionId: SubscriptionId; readonly periodNumber: number }
  | { readonly purpose: WalletPurpose }
);

export interface ChargesState {
  /** In the order in which they were asked for. Those that have come to an end stay: what is told of them comes late, and twice. */
  readonly charges: readonly Charge[];
}

export type KnownToCharges = KnownToSubscriptions & ChargesState;

export const noCharges: ChargesState = { charges: [] };

export const chargeById = ({ charges }: ChargesState, id: string): Charge | undefined => charges.find(({ chargeId }) => chargeId === id);

/** Asked for, and nothing is known of it yet. */
export const openCharges = ({ charges }: ChargesState, ...purposes: readonly ChargePurpose[]): readonly Charge[] =>
  charges.filter(({ status, purpose }) => status === 'requested' && (purposes.length === 0 || purposes.includes(purpose)));

export const amountOf = (state: KnownToCharges, { amount }: Charge): Money => money(amount, termsOf(state).currency);
