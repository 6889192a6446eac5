// One term of an account on one plan, and what it may be: open, pending, ended.
import { later, notFound, refuse, type Instant, type Refusal } from '#kernel';
import type { TimeZone } from '../calendar.js';
import type { PlanKind } from '../catalogue.js';
import type { ToldDates } from '../cancellation/events.js';
import type { ReasonCode } from '../policy-in-force.js';
import { morePatient, type Policy } from '../policy.js';
import type { Decision } from '../refusals.js';
import type { Foresight } from '../subject.js';
import type { Period, SubscriptionId, Term } from './term.js';

export interface PendingCancellation {
  readonly requestedAt: Instant;
  readonly effectiveAt: Instant;
  readonly reason: ReasonCode | null;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  readonly told: ToldDates;
  readonly attemptId: string | null;
}

export interface Subscription {
  readonly subscriptionId: SubscriptionId;
  readonly term: Term;
  /** Lifecycle of the account in which this term began; a new one begins with every return. */
  readonly lifecycle: number;
  readonly startedAt: Instant;
  readonly trial: boolean;
  /** Numbers of the periods that were found unpaid, in the order in which they were: each is a debt. */
  readonly unpaidPeriods: readonly number[];
  readonly period: Period;
  /** 1 for the first period (a trial counts as one). */
  readonly periodNumber: number;
  /** Whole months from the anchor to the end of the current period; 0 during a trial. */
  readonly monthsFromAnchor: number;
  /** Bought for the next period, if another than the current one. */
  readonly nextPlanId: string | null;
  readonly cancellation: PendingCancellation | null;
  readonly endedAt: Instant | null;
}

/** Its term runs: what has ended cannot be handed to a rule that asks for one. */
export type OpenSubscription = Subscription & { readonly endedAt: null };

export type PendingSubscription = OpenSubscription & { readonly cancellation: PendingCancellation };

export const isOpen = (subscription: Subscription): subscription is OpenSubscription => subscription.endedAt === null;

export const isPending = (subscription: Subscription): subscription is PendingSubscription => isOpen(subscription) && subscription.cancellation !== null;

export type SubscriptionStatus = 'trialing' | 'active' | 'past_due' | 'ended';

export function statusOf({ endedAt, trial, unpaidPeriods }: Subscription): SubscriptionStatus {
  if (endedAt !== null) return 'ended';
  if (trial) return 'trialing';
  return unpaidPeriods.length === 0 ? 'active' : 'past_due';
}

/** What these cancellations promised, the most patient of them (R33); the last one says by whose clock. */
export function promisedPolicy(cancelled: readonly Subscription[]): { readonly policy: Policy; readonly timeZone: TimeZone; readonly told: ToldDates } | null {
  const last = cancelled.at(-1)?.cancellation;
  if (!last) return null;
  const promises = cancelled.flatMap(({ cancellation }) => (cancellation ? [cancellation] : []));
  return {
    policy: promises.map(({ policy }) => policy).reduce(morePatient, last.policy),
    timeZone: last.timeZone,
    told: promises.map(({ told }) => told).reduce(latestTold),
  };
}

/** Of what was told twice the later counts. */
export function latestTold(a: ToldDates, b: ToldDates): ToldDates {
  const both: Record<string, Instant> = {};
  for (const [kind, at] of [...Object.entries(a), ...Object.entries(b)]) if (at) both[kind] = later(both[kind] ?? at, at);
  return both;
}

interface HasSubscriptions {
  readonly subscriptions: readonly Subscription[];
}

export const openSubscriptions = ({ subscriptions }: HasSubscriptions): readonly OpenSubscription[] => subscriptions.filter(isOpen);

export const openOfKind = (state: HasSubscriptions, kind: PlanKind): OpenSubscription | undefined =>
  openSubscriptions(state).find(({ term }) => term.kind === kind);

export const subscriptionById = ({ subscriptions }: HasSubscriptions, id: SubscriptionId): Subscription | undefined =>
  subscriptions.find(({ subscriptionId }) => subscriptionId === id);

type RuleFor<Known, Asked extends Subscription, Command, Answer extends Decision> = (state: Known, subscription: Asked, command: Command, now: Instant, foresight: Foresight<Known>) => Answer;

interface NamesSubscription {
  readonly subscriptionId: SubscriptionId;
}

/** A rule for the subscription that the command names, open or ended. */
export const ofSubscription =
  <Known extends HasSubscriptions, Command extends NamesSubscription, Answer extends Decision>(rule: RuleFor<Known, Subscription, Command, Answer>) =>
  (state: Known, command: Command, now: Instant, foresight: Foresight<Known>): Answer | Refusal<'not_found'> => {
    const subscription = subscriptionById(state, command.subscriptionId);
    return subscription ? rule(state, subscription, command, now, foresight) : notFound('subscription');
  };

/** The same for an open one; one that has ended is refused. */
export const ofOpenSubscription = <Known extends HasSubscriptions, Command extends NamesSubscription, Answer extends Decision>(rule: RuleFor<Known, OpenSubscription, Command, Answer>) =>
  ofSubscription<Known, Command, Answer | Refusal<'subscription_ended'>>((state, subscription, command, now, foresight) =>
    isOpen(subscription) ? rule(state, subscription, command, now, foresight) : refuse('subscription_ended', { endedAt: subscription.endedAt }),
  );
