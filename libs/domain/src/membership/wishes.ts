// What only records a wish can be wished again and again, and each time it is written: so often on a local day of the account, and no more.
import { epochMs, refuseForNow, type Instant, type Refusal } from '#kernel';
import { termsOf, type AccountState } from '../account/state.js';
import { nextMidnight } from '../calendar.js';
import type { Folds } from '../subject.js';
import type { AccountChanged } from '../account/events.js';
import type { CancellationAttempted, SubscriptionResumed } from '../cancellation/events.js';
import type { CardChargeRequested } from '../charges/events.js';
import type { PlanChangeScheduled } from '../subscriptions/events.js';
import type { AutoRechargeConfigured } from '../wallet/events.js';

/** Of each kind on one day. */
export const wishesMost = 50;

/**
 * By what is asked for, the event that writes it down. A cancellation is no such wish: it is accepted in every state up to the last millisecond (R1), and
 * to be repeated it needs a resumption.
 */
const wishes = {
  ChangeAccount: 'AccountChanged',
  ChangePlan: 'PlanChangeScheduled',
  AttemptCancellation: 'CancellationAttempted',
  ResumeSubscription: 'SubscriptionResumed',
  ConfigureAutoRecharge: 'AutoRechargeConfigured',
  RequestTopUp: 'CardChargeRequested',
} as const;

export type Wish = keyof typeof wishes;

type Wished = (typeof wishes)[Wish];

export interface WishesState {
  /** Of the day on which something was last wished; `until` stands, whatever becomes of the time zone. */
  readonly wishes: { readonly until: Instant; readonly made: Readonly<Partial<Record<Wished, number>>> } | null;
}

export const noWishes: WishesState = { wishes: null };

type KnownToWishes = AccountState & WishesState;

const counted = (type: Wished) => ({ wishes }: KnownToWishes, _data: unknown, at: Instant, before: KnownToWishes): WishesState => {
  const { until, made } = wishes && at < wishes.until ? wishes : { until: nextMidnight(at, termsOf(before).timeZone), made: {} };
  return { wishes: { until, made: { ...made, [type]: (made[type] ?? 0) + 1 } } };
};

type Counted = typeof AccountChanged | typeof PlanChangeScheduled | typeof CancellationAttempted | typeof SubscriptionResumed | typeof AutoRechargeConfigured | typeof CardChargeRequested;

export const wishFolds: Folds<WishesState, KnownToWishes, Counted> = {
  AccountChanged: counted('AccountChanged'),
  PlanChangeScheduled: counted('PlanChangeScheduled'),
  CancellationAttempted: counted('CancellationAttempted'),
  SubscriptionResumed: counted('SubscriptionResumed'),
  AutoRechargeConfigured: counted('AutoRechargeConfigured'),
  CardChargeRequested: (state, data, at, before) => (data.purpose === 'top-up' ? counted('CardChargeRequested')(state, data, at, before) : {}),
  DataPurged: () => noWishes,
};

const isWish = (type: string): type is Wish => type in wishes;

/** `null`: it may be wished once more. */
export function wishedTooOften({ wishes: today }: WishesState, type: string, now: Instant): Refusal<'too_many_requests'> | null {
  if (!isWish(type) || !today || now >= today.until || (today.made[wishes[type]] ?? 0) < wishesMost) return null;
  return refuseForNow('too_many_requests', { most: wishesMost, retryAt: today.until, retryAfterSeconds: Math.ceil((epochMs(today.until) - epochMs(now)) / 1_000) });
}
