// Folds what happened into what is known of the numbers.
import type { Instant } from '#kernel';
import type { AccountChanged, AccountOpened } from '../account/events.js';
import type { CancellationRequested, SubscriptionResumed } from '../cancellation/events.js';
import { unchanged, type Folds } from '../subject.js';
import type { PeriodEnded, SubscriptionStarted } from '../subscriptions/events.js';
import { openSubscriptions } from '../subscriptions/subscription.js';
import { dateBilled, followingTheAccount } from './boundaries.js';
import type { numberEvents, NumberId } from './events.js';
import { added, changed, numberById, numberIdsOf, type GiveBack, type NumberStatus, type PhoneNumber } from './inventory.js';
import { billableNumbers, noNumbers, numberStatusOf, type KnownToNumbers, type NumbersState } from './state.js';

const withChanged = ({ numbers }: NumbersState, ids: readonly NumberId[], change: (number: PhoneNumber) => Partial<PhoneNumber>): NumbersState => ({
  numbers: { ...numbers, all: changed(numbers.all, ids, change) },
});

const withStatus = (state: NumbersState, ids: readonly NumberId[], status: NumberStatus): NumbersState => withChanged(state, ids, () => ({ status }));

/** What happens to a number that was removed changes no account any more: it stays removed. */
const withAnswer = (state: NumbersState, id: NumberId, giveBack: GiveBack, otherwise: () => NumbersState): NumbersState =>
  numberStatusOf(state, id) === 'removed' ? withChanged(state, [id], () => ({ giveBack })) : otherwise();

/** A number that stands again is billed from now on, never for the time it did not. */
function withNumbersBack(state: NumbersState, ids: readonly NumberId[], at: Instant): NumbersState {
  const back = withStatus(state, ids, 'active');
  const begins = billableNumbers(state) === 0 && billableNumbers(back) > 0;
  return begins ? { numbers: { ...back.numbers, billedUntil: at } } : back;
}

/** What the carrier would not release, or what was never ours to release, is there for who comes back. */
function withReturn(state: KnownToNumbers, at: Instant, before: KnownToNumbers): NumbersState {
  const { numbers } = state;
  const billed = billableNumbers(state) > 0 && openSubscriptions(before).length === 0 ? { ...numbers, billedUntil: at } : numbers;
  const begun = { numbers: { ...billed, release: null } };
  return state.lifecycle === before.lifecycle ? begun : withNumbersBack(begun, numberIdsOf(numbers.all, 'blocked', 'left'), at);
}

type EventsHere = (typeof numberEvents)[number] | typeof AccountOpened | typeof AccountChanged | typeof SubscriptionStarted | typeof CancellationRequested | typeof SubscriptionResumed | typeof PeriodEnded;

/** Fees follow the account to another zone with every event that moves it, or after which their dates are no longer told. */
const follow = (own: NumbersState, state: KnownToNumbers, at: Instant, before: KnownToNumbers): NumbersState => ({
  numbers: followingTheAccount({ ...state, ...own }, at, before),
});

export const numberFolds: Folds<NumbersState, KnownToNumbers, EventsHere> = {
  AccountOpened: (state, _, at, before) => follow(state, state, at, before),
  AccountChanged: (state, _, at, before) => follow(state, state, at, before),
  SubscriptionStarted: (state, _, at, before) => follow(withReturn(state, at, before), state, at, before),
  CancellationRequested: ({ numbers }, { told }) => ({ numbers: { ...numbers, told: told.numberFees } }),
  SubscriptionResumed: (state, _, at, before) => follow(state, state, at, before),
  PeriodEnded: ({ numbers, lapse }) => (lapse ? { numbers: { ...numbers, release: { status: 'waiting', numberIds: [] }, backAt: null } } : {}),

  NumberPurchased: (state, { numberId, e164Hash, origin }, at) => ({
    numbers: {
      ...state.numbers,
      all: added(state.numbers.all, { numberId, e164Hash, origin, status: 'active', giveBack: null }),
      billedUntil: billableNumbers(state) === 0 ? at : state.numbers.billedUntil,
    },
  }),
  NumberRemoved: (state, { numberId }) =>
    withChanged(state, [numberId], ({ origin }) => ({ status: 'removed', giveBack: origin === 'purchased' ? 'waiting' : null })),
  NumberNotGivenBack: (state, { numberId }) => withChanged(state, [numberId], () => ({ giveBack: 'void' })),
  NumberFeesCharged: (state, { date }, at) => ({ numbers: { ...state.numbers, billedUntil: at, lastBoundary: date ?? dateBilled(state, at), skipped: null } }),
  NumberFeesFellShort: unchanged,
  NumberReleaseStarted: (state, { numberIds, leftIds }) => {
    const { numbers } = withStatus(withStatus(state, leftIds, 'left'), numberIds, 'releasing');
    return { numbers: { ...numbers, release: numbers.release && { status: 'started', numberIds: numberIdsOf(numbers.all, 'releasing') } } };
  },
  NumberReleased: (state, { numberId, outcome, reason }) =>
    withAnswer(state, numberId, 'done', () => withStatus(state, [numberId], outcome === 'already-gone' && reason === 'ported-out' ? 'ported-out' : 'released')),
  NumberReleaseBlocked: (state, { numberId }, at) =>
    withAnswer(state, numberId, 'blocked', () => {
      if (state.numbers.release?.status === 'started') return withStatus(state, [numberId], 'blocked');
      const { numbers } = withNumbersBack(state, [numberId], at);
      return numberById(numbers.all, numberId) ? { numbers: { ...numbers, backAt: at } } : { numbers };
    }),
  NumberReleaseRetried: (state, { numberId }) => withAnswer(state, numberId, 'waiting', () => withStatus(state, [numberId], 'releasing')),
  NumberReleaseWithdrawn: (state, { numberIds }, at) => withNumbersBack(state, numberIds, at),
  NumbersReleased: ({ numbers }) => ({ numbers: { ...numbers, release: numbers.release && { ...numbers.release, status: 'settled' } } }),

  // A local date that was billed stays billed, whoever lives under the account.
  DataPurged: (state, _, at, before) => {
    const { lastBoundary } = state.numbers;
    return follow({ numbers: { ...noNumbers.numbers, lastBoundary } }, state, at, before);
  },
};
