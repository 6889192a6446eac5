// Folds what happened into what decisions need.
import { later, type Instant } from '#kernel';
import { localDateNumber, localDay } from '../calendar.js';
import { monthsIn } from '../catalogue.js';
import type { NumberId } from '../numbers/events.js';
import { isOpen, type Subscription, type SubscriptionId, type Term } from '../subscriptions/state.js';
import { dateBilled, feesAreTold, nextBoundary, openReminders, reminderOf, type AccountDeadlineKind, type End } from './consequences.js';
import type { MembershipEvent } from './events.js';
import {
  afterPurge, billableNumbers, latestTold, numberStatusOf, openSubscriptions, promisedPolicy, reminderKey, subscriptionById, termsOf,
  type GiveBack, type Lapse, type Membership, type NumberStatus, type PhoneNumber, type Wallet,
} from './state.js';

type Fold<Type extends MembershipEvent['type']> = (
  state: Membership,
  data: Extract<MembershipEvent, { type: Type }>['data'],
  at: Instant,
) => Membership;

const withSubscription = (state: Membership, id: SubscriptionId, change: (subscription: Subscription) => Partial<Subscription>): Membership => ({
  ...state,
  subscriptions: state.subscriptions.map((one) => (one.subscriptionId === id ? { ...one, ...change(one) } : one)),
});

/** A number that stands again is billed from now on, never for the time it did not. */
const withNumbersBack = (state: Membership, ids: readonly NumberId[], at: Instant): Membership => {
  const back = ids.reduce((current, id) => withNumber(current, id, 'active'), state);
  const begins = billableNumbers(state) === 0 && billableNumbers(back) > 0;
  return begins ? { ...back, numbers: { ...back.numbers, billedUntil: at } } : back;
};

const withNumber = (state: Membership, id: NumberId, status: NumberStatus): Membership => changed(state, id, () => ({ status }));

const changed = (state: Membership, id: NumberId, change: (number: PhoneNumber) => Partial<PhoneNumber>): Membership => ({
  ...state,
  numbers: { ...state.numbers, all: state.numbers.all.map((one) => (one.numberId === id ? { ...one, ...change(one) } : one)) },
});

/** What happens to a number that was removed changes no account any more: it stays removed. */
const withAnswer = (state: Membership, id: NumberId, giveBack: GiveBack, otherwise: (state: Membership) => Membership): Membership =>
  numberStatusOf(state, id) === 'removed' ? changed(state, id, () => ({ giveBack })) : otherwise(state);

const withWallet = (state: Membership, change: Partial<Wallet>): Membership => ({ ...state, wallet: { ...state.wallet, ...change } });

const withBalance = (state: Membership, movement: number): Membership =>
  withWallet(state, { balance: state.wallet.balance + movement });

const withRecharge = (state: Membership, change: Partial<Wallet['autoRecharge']>): Membership =>
  withWallet(state, { autoRecharge: { ...state.wallet.autoRecharge, ...change } });

const withLapse = (state: Membership, change: Partial<Lapse>): Membership =>
  state.lapse ? { ...state, lapse: { ...state.lapse, ...change } } : state;

/** An announcement says when, as the cancellation did. */
function withLossTold(state: Membership, loss: AccountDeadlineKind, at: Instant): Membership {
  const told = { [loss]: at };
  if (loss !== 'expire-ten-dlc') return state.lapse ? withLapse(state, { told: latestTold(state.lapse.told, told) }) : state;
  return state.tenDlcLapse ? { ...state, tenDlcLapse: { ...state.tenDlcLapse, told: latestTold(state.tenDlcLapse.told, told) } } : state;
}

const withTenDlcSettled = (state: Membership, lost: boolean): Membership =>
  state.tenDlcLapse ? { ...state, tenDlcLapse: { ...state.tenDlcLapse, settled: true, lost } } : state;

const termFrom = ({ planId, kind, interval, price, timeZone, anchor }: Term): Term => ({ planId, kind, interval, price, timeZone, anchor });

function lapseAt(state: Membership, at: Instant): Membership {
  if (openSubscriptions(state).length > 0) return state;
  const promised = promisedPolicy(
    state.subscriptions
      .filter((one) => one.lifecycle === state.lifecycle && !isOpen(one))
      .toSorted((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? -1 : 1)),
  );
  return promised ? { ...state, lapse: { at, ...promised, numbersRelease: 'waiting', releasingIds: [] } } : state;
}

/** The registration counts from the end of the Messaging plan if that was promised, otherwise from `L`, and from one end only. */
function tenDlcLapseAt(state: Membership, id: SubscriptionId, at: Instant): Membership {
  if (state.tenDlcLapse) return state;
  const ended = subscriptionById(state, id);
  const promised = ended?.term.kind === 'messaging' ? ended.cancellation : null;
  const begin = ({ policy, timeZone, told }: Omit<End, 'at'>, subject: SubscriptionId): Membership => ({
    ...state,
    tenDlcLapse: { at, policy, timeZone, told, subject, generation: state.lifecycle, settled: false, lost: false },
  });
  if (promised?.policy.tenDlcScope === 'messaging') return begin(promised, id);
  return state.lapse ? begin(state.lapse, '') : state;
}

/**
 * Fees follow the account to another zone, unless their dates are told. A billing day that has begun there already is billed when it
 * would have begun without the move: not in the past, no nearer, and not never.
 */
function withFeesFollowing(before: Membership, after: Membership, at: Instant): Membership {
  if (feesAreTold(after)) return after;
  const { terms, numbers: { told: _told, ...follows } } = after;
  const numbers = { ...follows, told: null };
  if (!terms || terms.timeZone === numbers.timeZone) return after.numbers.told === null ? after : { ...after, numbers };
  const dueAt = openSubscriptions(before).length > 0 && billableNumbers(before) > 0 ? nextBoundary(before) : null;
  const date = dueAt && dateBilled(before, dueAt);
  const skipped = dueAt && date && date <= localDateNumber(at, terms.timeZone) ? { date, dueAt } : null;
  return { ...after, numbers: { ...numbers, timeZone: terms.timeZone, billedUntil: numbers.billedUntil && at, skipped } };
}

/** What was to be announced while a hold stood, or while there was nothing to lose, is not announced afterwards: the days it speaks of are over. */
function withoutMissedReminders(state: Membership, at: Instant): Membership {
  const missed = openReminders(state).flatMap(({ kind, subject, generation, dueAt }) => {
    const reminder = reminderOf(kind);
    return reminder && dueAt <= at ? [reminderKey({ ...reminder, subject, generation })] : [];
  });
  return { ...state, reminded: [...state.reminded, ...missed] };
}

/** What can no longer be confirmed is kept no longer; of what became of it the log tells. */
function withoutOldAttempts(state: Membership, at: Instant): Membership {
  const attempts = state.attempts.filter(({ subscriptionId, expiresAt, effectiveAt }) => {
    const subscription = subscriptionById(state, subscriptionId);
    return at < expiresAt && subscription !== undefined && isOpen(subscription) && subscription.period.end === effectiveAt;
  });
  return attempts.length === state.attempts.length ? state : { ...state, attempts };
}

const folds: { readonly [Type in MembershipEvent['type']]: Fold<Type> } = {
  AccountOpened: (state, { name: _name, email: _email, ...terms }) => ({ ...state, terms }),
  AccountChanged: (state, { timeZone }) => ({
    ...state,
    terms: timeZone ? { ...termsOf(state), timeZone } : state.terms,
    purge: state.purge && { ...state.purge, toldSince: true },
  }),

  SubscriptionStarted: (state, data, at) => {
    const came = state.lapse !== null || state.purge !== null;
    const lifecycle = came ? state.lifecycle + 1 : state.lifecycle;
    const { timeZone, numberBillingAnchorDay } = termsOf(state);
    const numbers = billableNumbers(state) > 0 && openSubscriptions(state).length === 0 ? { ...state.numbers, billedUntil: at } : state.numbers;
    const followsAnotherPlan = data.kind !== 'messaging' && state.tenDlcLapse !== null && state.tenDlcLapse.subject !== '';
    const subscription: Subscription = {
      subscriptionId: data.subscriptionId,
      term: termFrom(data),
      lifecycle,
      startedAt: at,
      trial: data.trialDays !== null,
      pastDuePeriod: null,
      period: data.period,
      periodNumber: 1,
      monthsFromAnchor: data.trialDays === null ? monthsIn[data.interval] : 0,
      nextPlanId: null,
      cancellation: null,
      endedAt: null,
    };
    // What the carrier would not release, or what was never ours to release, is there for who comes back.
    const standing = numbers.all.flatMap(({ numberId, status }) => (['blocked', 'left'].includes(status) ? [numberId] : []));
    const returned: Membership = {
      ...state,
      lifecycle,
      lapse: null,
      tenDlcLapse: followsAnotherPlan ? state.tenDlcLapse : null,
      purge: null,
      anchorDay: state.anchorDay ?? numberBillingAnchorDay ?? localDay(at, timeZone),
      numbers,
      subscriptions: [...state.subscriptions, subscription],
    };
    return came ? withNumbersBack(returned, standing, at) : returned;
  },
  SubscriptionRenewed: (state, data) =>
    withSubscription(state, data.subscriptionId, () => ({
      term: termFrom(data),
      trial: false,
      period: data.period,
      periodNumber: data.periodNumber,
      monthsFromAnchor: data.monthsFromAnchor,
      nextPlanId: null,
    })),
  CardChargeRequested: (state) => state,
  PlanChangeScheduled: (state, { subscriptionId, planId }) =>
    withSubscription(state, subscriptionId, ({ term }) => ({ nextPlanId: planId === term.planId ? null : planId })),
  SubscriptionPastDue: (state, { subscriptionId }) => withSubscription(state, subscriptionId, ({ periodNumber }) => ({ pastDuePeriod: periodNumber })),
  SubscriptionPaid: (state, { subscriptionId }) => withSubscription(state, subscriptionId, () => ({ pastDuePeriod: null })),
  PeriodEnded: (state, { subscriptionId }, at) =>
    tenDlcLapseAt(lapseAt(withSubscription(state, subscriptionId, () => ({ endedAt: at })), at), subscriptionId, at),

  CancellationAttempted: (state, { attemptId, subscriptionId, reason, expiresAt }) => ({
    ...state,
    attempts: [
      ...state.attempts,
      { attemptId, subscriptionId, reason, expiresAt, effectiveAt: subscriptionById(state, subscriptionId)?.period.end ?? null },
    ],
  }),
  CancellationRequested: (state, data, at) => ({
    ...withSubscription(state, data.subscriptionId, () => ({
      cancellation: {
        requestedAt: at,
        effectiveAt: data.effectiveAt,
        reason: data.reason,
        policy: data.policy,
        timeZone: data.timeZone,
        told: data.told.consequences,
        attemptId: data.attemptId,
      },
    })),
    attempts: state.attempts.filter(({ attemptId }) => attemptId !== data.attemptId),
    numbers: { ...state.numbers, told: data.told.numberFees },
  }),
  SubscriptionResumed: (state, { subscriptionId }) => withSubscription(state, subscriptionId, () => ({ cancellation: null })),

  NumberPurchased: (state, { numberId, e164Hash, origin }, at) => ({
    ...state,
    numbers: {
      ...state.numbers,
      all: [...state.numbers.all, { numberId, e164Hash, origin, status: 'active', giveBack: null }],
      billedUntil: billableNumbers(state) === 0 ? at : state.numbers.billedUntil,
    },
  }),
  NumberRemoved: (state, { numberId }) =>
    changed(state, numberId, ({ origin }) => ({ status: 'removed', giveBack: origin === 'purchased' ? 'waiting' : null })),
  NumberNotGivenBack: (state, { numberId }) => changed(state, numberId, () => ({ giveBack: 'void' })),
  NumberFeesCharged: (state, { amount, date }, at) => ({
    ...withBalance(state, -amount.amount),
    numbers: { ...state.numbers, billedUntil: at, lastBoundary: date ?? dateBilled(state, at), skipped: null },
  }),
  NumberFeesFellShort: (state) => state,
  NumberReleaseStarted: (state, { numberIds, leftIds }) => {
    const all = state.numbers.all.map((one) => {
      if (numberIds.includes(one.numberId)) return { ...one, status: 'releasing' as const };
      return leftIds.includes(one.numberId) ? { ...one, status: 'left' as const } : one;
    });
    const releasingIds = all.filter(({ status }) => status === 'releasing').map(({ numberId }) => numberId);
    return withLapse({ ...state, numbers: { ...state.numbers, all } }, { numbersRelease: 'started', releasingIds });
  },
  NumberReleased: (state, { numberId, outcome, reason }) =>
    withAnswer(state, numberId, 'done', () => withNumber(state, numberId, outcome === 'already-gone' && reason === 'ported-out' ? 'ported-out' : 'released')),
  NumberReleaseBlocked: (state, { numberId }, at) =>
    withAnswer(state, numberId, 'blocked', () =>
      state.lapse?.numbersRelease === 'started' ? withNumber(state, numberId, 'blocked') : withoutMissedReminders(withNumbersBack(state, [numberId], at), at)),
  NumberReleaseRetried: (state, { numberId }) => withAnswer(state, numberId, 'waiting', () => withNumber(state, numberId, 'releasing')),
  NumberReleaseWithdrawn: (state, { numberIds }, at) => withNumbersBack(state, numberIds, at),
  NumbersReleased: (state) => withLapse(state, { numbersRelease: 'settled' }),

  TenDlcApplied: (state, { registrationId, atCarrier }) => ({ ...state, tenDlc: { status: 'pending', registrationId, atCarrier } }),
  TenDlcRegistered: (state, { registrationId }) => ({ ...state, tenDlc: { ...state.tenDlc, status: 'active', registrationId } }),
  TenDlcExpired: (state) => withTenDlcSettled({ ...state, tenDlc: { ...state.tenDlc, status: 'expired' } }, true),
  TenDlcExpirySkipped: (state) => withTenDlcSettled(state, false),
  TenDlcDeregistered: (state) => state,
  TenDlcDeregistrationBlocked: (state) => state,
  TenDlcDeregistrationRetried: (state) => state,

  WalletToppedUp: (state, { amount }) => withBalance(state, amount.amount),
  AutoRechargeConfigured: (state, { enabled, threshold, amount }) =>
    withRecharge(state, { enabled, threshold: threshold.amount, amount: amount.amount }),
  AutoRechargeSuspended: (state) => withRecharge(state, { suspended: true }),
  AutoRechargeRestored: (state) => withRecharge(state, { suspended: false }),
  WalletRecharged: (state, { amount }) => withBalance(state, amount.amount),
  UnsentMessagesCredited: (state, { amount }) => withBalance(state, amount.amount),

  LegalHoldPlaced: (state, { holdId, reviewAt }) => ({ ...state, holds: [...state.holds, { holdId, reviewAt }] }),
  LegalHoldLifted: (state, { holdId }, at) => {
    const holds = state.holds.filter((one) => one.holdId !== holdId);
    return holds.length < state.holds.length ? withoutMissedReminders({ ...state, holds, heldUntil: at }, at) : state;
  },
  DeadlineRetried: (state) => state,
  NoteRedacted: (state) => state,
  LossAnnounced: (state, announced) => withLossTold({ ...state, reminded: [...state.reminded, reminderKey(announced)] }, announced.loss, announced.at),
  PurgeStarted: (state, { purgeId, due }) => ({ ...state, purge: { purgeId, due, since: later(due, state.heldUntil ?? due), purgedAt: null, toldSince: false } }),
  DataPurged: (state, { purgeId }, at) => afterPurge(state, { purgeId, due: state.purge?.due ?? at, since: state.purge?.since ?? at, purgedAt: at, toldSince: false }),
};

export function evolve(state: Membership, event: MembershipEvent): Membership {
  const fold = folds[event.type] as Fold<MembershipEvent['type']>;
  return withoutOldAttempts(withFeesFollowing(state, fold(state, event.data, event.effectiveAt), event.effectiveAt), event.effectiveAt);
}

export const fold = (state: Membership, events: readonly MembershipEvent[]): Membership => events.reduce(evolve, state);
