// Numbers are added while a plan is open, billed by the month, given back when they are removed, and released once the 14 days are over.
import { money, notFound, refuse, type Instant } from '#kernel';
import { dateBilled } from '../membership/consequences.js';
import type { MembershipEvent } from '../membership/events.js';
import { fold } from '../membership/evolve.js';
import type { Rules } from '../membership/rules.js';
import { billableNumbers, currentNumbers, feeAtBoundary, isBeingGivenUp, openSubscriptions, numberStatusOf, termsOf, type Membership, type NumberStatus } from '../membership/state.js';
import { saidOf } from '../operators/notes.js';
import { rechargeBefore } from '../wallet/rules.js';
import {
  NumberFeesCharged, NumberFeesFellShort, NumberNotGivenBack, NumberPurchased, NumberReleaseBlocked, NumberReleased, NumberReleaseRetried, NumberReleaseStarted,
  NumberRemoved, NumbersReleased, type NumberId,
} from './events.js';

export const numberRules: Rules<
  'BuyNumber' | 'RemoveNumber' | 'SettleNumberRelease' | 'BlockNumberRelease' | 'AbandonNumberRelease' | 'RetryNumberRelease'
> = {
  BuyNumber: (state, { numberId, e164, e164Hash, origin, carrierNumberId = null }, now) => {
    if (openSubscriptions(state).length === 0) return refuse('no_open_plan');
    if (currentNumbers(state).some((one) => one.e164Hash === e164Hash)) return refuse('number_exists');
    return [NumberPurchased(now, { numberId, e164, e164Hash, origin, carrierNumberId })];
  },

  RemoveNumber: (state, { e164Hash }, now) => {
    const number = state.numbers.all.findLast((one) => one.e164Hash === e164Hash);
    if (!number || number.status === 'removed') return notFound('number');
    if (number.status !== 'active') return refuse('number_not_removable', { numberStatus: number.status });
    return [NumberRemoved(now, { numberId: number.numberId })];
  },

  SettleNumberRelease: (state, { numberId, outcome, reason }, now) => {
    if (!isUnsettled(state, numberId)) return [];
    const released = NumberReleased(now, { numberId, outcome, ...saidOf(outcome, reason) });
    return numberStatusOf(state, numberId) === 'removed' ? [released] : [released, ...allSettled(fold(state, [released]), now)];
  },

  BlockNumberRelease: (state, { numberId, reason }, now) => (isWaitedFor(state, numberId) ? [NumberReleaseBlocked(now, { numberId, reason })] : []),

  AbandonNumberRelease: (state, { numberId }, now) =>
    numberStatusOf(state, numberId) === 'removed' && isUnsettled(state, numberId) ? [NumberNotGivenBack(now, { numberId })] : [],

  RetryNumberRelease: (state, { numberId, reason }, now) => (isUnsettled(state, numberId) ? [NumberReleaseRetried(now, { numberId, reason })] : []),
};

const isUnsettled = ({ numbers }: Membership, id: NumberId): boolean => numbers.all.some((one) => one.numberId === id && isBeingGivenUp(one));

/** The carrier is to give it up, and has not said no. */
const isWaitedFor = ({ numbers }: Membership, id: NumberId): boolean =>
  numbers.all.some(({ numberId, status, giveBack }) => numberId === id && (status === 'releasing' || giveBack === 'waiting'));

/** Once every number has come to something, and nobody has come back meanwhile. */
function allSettled({ lapse, numbers }: Membership, at: Instant): readonly MembershipEvent[] {
  const idsOf = (...wanted: readonly NumberStatus[]) => numbers.all.filter(({ status }) => wanted.includes(status)).map(({ numberId }) => numberId);
  if (lapse?.numbersRelease !== 'started' || idsOf('releasing', 'blocked').length > 0) return [];
  const released = idsOf('released').filter((id) => lapse.releasingIds.includes(id));
  return [NumbersReleased(at, { released: released.length, left: idsOf('left').length })];
}

/** Count × rate from the wallet, never below zero, never from the card; what is missing is said (R15, A9). */
export function chargeFees(state: Membership, boundary: Instant): readonly MembershipEvent[] {
  const { currency, numberFee: rate } = termsOf(state);
  const count = billableNumbers(state);
  const due = feeAtBoundary(state);
  const recharge = rechargeBefore(state, due, boundary);
  const balance = state.wallet.balance + recharge.reduce((sum, { data }) => sum + data.amount.amount, 0);
  const paid = Math.min(due, balance);
  const charged = NumberFeesCharged(boundary, { count, rate, amount: money(paid, currency), date: dateBilled(state, boundary) });
  const short = NumberFeesFellShort(boundary, { count, rate, amount: money(due - paid, currency) });
  return paid < due ? [...recharge, charged, short] : [...recharge, charged];
}

/** All purchased numbers are given up, and the carrier is asked; ported-in and verified ones are named and left alone (R18). */
export function releaseNumbers(state: Membership, at: Instant): readonly MembershipEvent[] {
  const standing = state.numbers.all.filter(({ status }) => status === 'active');
  const idsOf = (purchased: boolean) => standing.filter(({ origin }) => (origin === 'purchased') === purchased).map(({ numberId }) => numberId);
  const started = NumberReleaseStarted(at, { numberIds: idsOf(true), leftIds: idsOf(false) });
  return [started, ...allSettled(fold(state, [started]), at)];
}
