// What is told of a charge counts once, in whatever order it comes: collected wins over failed, since money that has arrived is there.
import { notFound, refuse, type Instant, type Refusal } from '#kernel';
import type { Decision } from '../refusals.js';
import type { Rules } from '../subject.js';
import { SubscriptionPaid, SubscriptionPastDue, type SubscriptionEvent } from '../subscriptions/events.js';
import { ofSubscription, subscriptionById } from '../subscriptions/subscription.js';
import { WalletRecharged, WalletToppedUp, type WalletEvent } from '../wallet/events.js';
import type { ChargeCommands } from './commands.js';
import { ChargeCollected, ChargeFailed, type ChargeEvent } from './events.js';
import { amountOf, chargeById, type Charge, type ChargesState, type KnownToCharges } from './state.js';

type Followed = ChargeEvent | SubscriptionEvent | WalletEvent;

/** A rule for the charge that the command names. */
const ofCharge =
  <Command extends { readonly chargeId: string }, Answer extends Decision>(rule: (state: KnownToCharges, charge: Charge, command: Command, now: Instant) => Answer) =>
  (state: KnownToCharges, command: Command, now: Instant): Answer | Refusal<'not_found'> => {
    const charge = chargeById(state, command.chargeId);
    return charge ? rule(state, charge, command, now) : notFound('charge');
  };

/** What an event tells of a charge. */
const told = (state: KnownToCharges, charge: Charge) => {
  const known = { chargeId: charge.chargeId, amount: amountOf(state, charge) };
  return charge.purpose === 'plan' ? { ...known, purpose: charge.purpose, subscriptionId: charge.subscriptionId } : { ...known, purpose: charge.purpose };
};

/** Whether the period that it pays stands as unpaid. */
function isOwed(state: KnownToCharges, charge: Charge): boolean {
  return charge.purpose === 'plan' && (subscriptionById(state, charge.subscriptionId)?.unpaidPeriods.includes(charge.periodNumber) ?? false);
}

/** The charges of the periods of a plan that stand as unpaid. */
const owedOf = (state: KnownToCharges & ChargesState, id: string): readonly Charge[] =>
  state.charges.filter((one) => one.purpose === 'plan' && one.subscriptionId === id && one.status !== 'collected' && isOwed(state, one));

function paidBy(state: KnownToCharges, charge: Charge, at: Instant): readonly Followed[] {
  const { chargeId, purpose } = charge;
  const amount = amountOf(state, charge);
  switch (purpose) {
    case 'plan':
      return isOwed(state, charge) ? [SubscriptionPaid(at, { subscriptionId: charge.subscriptionId, periodNumber: charge.periodNumber })] : [];
    case 'auto-recharge':
      return [WalletRecharged(at, { chargeId, amount })];
    case 'top-up':
      return [WalletToppedUp(at, { topUpId: chargeId, amount })];
  }
}

export const chargeRules = {
  MarkChargeCollected: ofCharge((state, charge, _command, now): readonly Followed[] =>
    charge.status === 'collected' ? [] : [ChargeCollected(now, told(state, charge)), ...paidBy(state, charge, now)],
  ),

  /** A period that is not paid is a debt (A15), also of a plan that is pending or has ended meanwhile; nobody asks the card again. */
  MarkChargeFailed: ofCharge((state, charge, { reason }, now): readonly Followed[] => {
    if (charge.status !== 'requested') return [];
    const failed = ChargeFailed(now, { ...told(state, charge), reason });
    if (charge.purpose !== 'plan' || isOwed(state, charge)) return [failed];
    const { subscriptionId, periodNumber } = charge;
    return [failed, SubscriptionPastDue(now, { subscriptionId, owed: amountOf(state, charge), periodNumber })];
  }),

  /** All that is owed was collected after all. A debt outlives the plan; settling it opens nothing (A21). */
  MarkPaid: ofSubscription((state: KnownToCharges, { unpaidPeriods, endedAt }, { subscriptionId }: ChargeCommands['MarkPaid'], now) => {
    const collected = owedOf(state, subscriptionId).map((charge) => ChargeCollected(now, told(state, charge)));
    if (unpaidPeriods.length > 0) return [...collected, SubscriptionPaid(now, { subscriptionId, periodNumber: null })];
    return endedAt === null ? [] : refuse('subscription_ended', { endedAt });
  }),
} satisfies Rules<KnownToCharges, ChargeCommands, Followed>;
