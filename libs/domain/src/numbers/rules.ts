// Numbers are added while a plan is open, billed by the month, given back when they are removed, and released once the 14 days are over.
import { money, notFound, refuse, type Instant, type Refusal } from '#kernel';
import { termsOf } from '../account/state.js';
import type { ChargeEvent } from '../charges/events.js';
import { saidOf } from '../operators/notes.js';
import type { Decision } from '../refusals.js';
import type { Rules } from '../subject.js';
import { openSubscriptions } from '../subscriptions/subscription.js';
import { rechargeBefore } from '../wallet/rules.js';
import { dateBilled } from './boundaries.js';
import type { NumberCommands } from './commands.js';
import {
  NumberFeesCharged, NumberFeesFellShort, NumberNotGivenBack, NumberPurchased, NumberReleaseBlocked, NumberReleased, NumberReleaseRetried, NumberReleaseStarted,
  NumberRemoved, NumbersReleased, type NumberEvent, type NumberId,
} from './events.js';
import { numberFolds } from './fold.js';
import { allNumbers, countNumbers, numberById, numberIdsOf, numbersByHash, type NumberStatus, type PhoneNumber } from './inventory.js';
import { billableNumbers, feeAtBoundary, isBeingGivenUp, isCurrent, numberStatusOf, type KnownToNumbers, type NumbersState } from './state.js';

type ActiveNumber = PhoneNumber & { readonly status: 'active' };

const isActive = (number: PhoneNumber): number is ActiveNumber => number.status === 'active';

/** A rule for the number that the command names, which has to stand in the account. */
const ofActiveNumber =
  <Command extends { readonly e164Hash: string }, Answer extends Decision>(rule: (number: ActiveNumber, command: Command, now: Instant) => Answer) =>
  ({ numbers }: NumbersState, command: Command, now: Instant): Answer | Refusal<'not_found'> | Refusal<'number_not_removable'> => {
    const number = numbersByHash(numbers.all, command.e164Hash).at(-1);
    if (!number || number.status === 'removed') return notFound('number');
    return isActive(number) ? rule(number, command, now) : refuse('number_not_removable', { numberStatus: number.status });
  };

export const numberRules = {
  BuyNumber: (state, { numberId, e164, e164Hash, origin, carrierNumberId = null }, now) => {
    if (openSubscriptions(state).length === 0) return refuse('no_open_plan');
    if (numbersByHash(state.numbers.all, e164Hash).some(isCurrent)) return refuse('number_exists');
    return [NumberPurchased(now, { numberId, e164, e164Hash, origin, carrierNumberId })];
  },

  RemoveNumber: ofActiveNumber(({ numberId }, _, now) => [NumberRemoved(now, { numberId })]),

  SettleNumberRelease: (state, { numberId, outcome, reason }, now) => {
    if (!isUnsettled(state, numberId)) return [];
    const released = NumberReleased(now, { numberId, outcome, ...saidOf(outcome, reason) });
    if (numberStatusOf(state, numberId) === 'removed') return [released];
    return [released, ...allSettled({ ...state, ...numberFolds.NumberReleased(state, released.data, now, state) }, now)];
  },

  BlockNumberRelease: (state, { numberId, reason }, now) => (isWaitedFor(state, numberId) ? [NumberReleaseBlocked(now, { numberId, reason })] : []),

  AbandonNumberRelease: (state, { numberId }, now) =>
    numberStatusOf(state, numberId) === 'removed' && isUnsettled(state, numberId) ? [NumberNotGivenBack(now, { numberId })] : [],

  RetryNumberRelease: (state, { numberId, reason }, now) => (isUnsettled(state, numberId) ? [NumberReleaseRetried(now, { numberId, reason })] : []),
} satisfies Rules<KnownToNumbers, NumberCommands, NumberEvent>;

function isUnsettled({ numbers }: NumbersState, id: NumberId): boolean {
  const number = numberById(numbers.all, id);
  return number !== undefined && isBeingGivenUp(number);
}

/** The carrier is to give it up, and has not said no. */
function isWaitedFor({ numbers }: NumbersState, id: NumberId): boolean {
  const number = numberById(numbers.all, id);
  return number?.status === 'releasing' || number?.giveBack === 'waiting';
}

/** Once every number has come to something, and nobody has come back meanwhile. */
function allSettled({ numbers: { all, release } }: NumbersState, at: Instant): readonly NumberEvent[] {
  if (release?.status !== 'started' || countNumbers(all, ['releasing', 'blocked']) > 0) return [];
  const ofThisRelease = new Set(release.numberIds);
  const released = numberIdsOf(all, 'released').filter((id) => ofThisRelease.has(id));
  return [NumbersReleased(at, { released: released.length, left: countNumbers(all, ['left']) })];
}

/** Of these numbers, those of a status. */
export function amongThose({ numbers }: NumbersState, wanted: NumberStatus, ids: readonly NumberId[]): readonly NumberId[] {
  const those = new Set(ids);
  return numberIdsOf(numbers.all, wanted).filter((id) => those.has(id));
}

/** Count × rate from the wallet, never below zero, never from the card; what is missing is said (R15, A9). What the card is asked for then comes too late for this fee. */
export function chargeFees(state: KnownToNumbers, boundary: Instant): readonly (NumberEvent | ChargeEvent)[] {
  const { currency, numberFee: rate } = termsOf(state);
  const count = billableNumbers(state);
  const due = feeAtBoundary(state);
  const recharge = rechargeBefore(state, due, boundary);
  const paid = Math.min(due, state.wallet.balance);
  const charged = NumberFeesCharged(boundary, { count, rate, amount: money(paid, currency), date: dateBilled(state, boundary) });
  const short = NumberFeesFellShort(boundary, { count, rate, amount: money(due - paid, currency) });
  return paid < due ? [...recharge, charged, short] : [...recharge, charged];
}

/** All purchased numbers are given up, and the carrier is asked; ported-in and verified ones are named and left alone (R18). */
export function startRelease(state: KnownToNumbers, at: Instant): readonly NumberEvent[] {
  const standing = allNumbers(state.numbers.all).filter(isActive);
  const those = (purchased: boolean) => standing.filter(({ origin }) => (origin === 'purchased') === purchased).map(({ numberId }) => numberId);
  const started = NumberReleaseStarted(at, { numberIds: those(true), leftIds: those(false) });
  return [started, ...allSettled({ ...state, ...numberFolds.NumberReleaseStarted(state, started.data, at, state) }, at)];
}
