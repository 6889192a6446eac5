// Numbers are bought and removed by the customer, billed by the month, and released once the 14 days are over.
import { money, refuse, type Instant } from '#kernel';
import type { MembershipEvent } from '../membership/events.js';
import type { Rules } from '../membership/rules.js';
import { billableNumbers, currentNumbers, termsOf, type Membership } from '../membership/state.js';
import { rechargeBefore } from '../wallet/rules.js';
import {
  NumberFeesCharged, NumberFeesFellShort, NumberPurchased, NumberReleased, NumberReleaseStarted, NumberRemoved, NumbersReleased,
} from './events.js';

export const numberRules: Rules<'BuyNumber' | 'RemoveNumber'> = {
  BuyNumber: (state, { numberId, e164, e164Hash, origin }, now) => {
    if (state.lapse) return refuse('no_open_plan');
    if (currentNumbers(state).some((one) => one.e164Hash === e164Hash)) return refuse('number_exists');
    return [NumberPurchased(now, { numberId, e164, e164Hash, origin })];
  },

  RemoveNumber: (state, { e164Hash }, now) => {
    const number = state.numbers.all.findLast((one) => one.e164Hash === e164Hash);
    if (!number || number.status === 'removed') return refuse('not_found');
    if (number.status !== 'active') return refuse('number_not_removable', { numberStatus: number.status });
    return [NumberRemoved(now, { numberId: number.numberId })];
  },
};

/** Count × rate from the wallet, never below zero, never from the card; what is missing is said (R15, A9). */
export function chargeFees(state: Membership, boundary: Instant): readonly MembershipEvent[] {
  const { currency, numberFee: rate } = termsOf(state);
  const count = billableNumbers(state);
  const due = count * rate.amount;
  const recharge = rechargeBefore(state, due, boundary);
  const balance = state.wallet.balance + recharge.reduce((sum, { data }) => sum + data.amount.amount, 0);
  const paid = Math.min(due, balance);
  const charged = NumberFeesCharged(boundary, { count, rate, amount: money(paid, currency) });
  const short = NumberFeesFellShort(boundary, { count, rate, amount: money(due - paid, currency) });
  return paid < due ? [...recharge, charged, short] : [...recharge, charged];
}

/** All purchased numbers are released; ported-in and verified ones are named and left alone (R18). */
export function releaseNumbers(state: Membership, at: Instant): readonly MembershipEvent[] {
  const standing = state.numbers.all.filter(({ status }) => status === 'active');
  const idsOf = (purchased: boolean) => standing.filter(({ origin }) => (origin === 'purchased') === purchased).map(({ numberId }) => numberId);
  const numberIds = idsOf(true);
  const leftIds = idsOf(false);
  return [
    NumberReleaseStarted(at, { numberIds, leftIds }),
    ...numberIds.map((numberId) => NumberReleased(at, { numberId })),
    NumbersReleased(at, { released: numberIds.length, blocked: 0, left: leftIds.length }),
  ];
}
