// The shape of a rule, and the small words that rules are written in.
import { type Instant, notFound, refuse } from '#kernel';
import type { Subscription, SubscriptionId } from '../subscriptions/state.js';
import type { CommandOf, CommandType, MembershipRefusal } from './commands.js';
import type { MembershipEvent } from './events.js';
import { subscriptionById, type Membership } from './state.js';

export type Decision = readonly MembershipEvent[] | MembershipRefusal;

export type Rule<Type extends CommandType> = (state: Membership, command: CommandOf<Type>, now: Instant) => Decision;

/** A part of the timetable: the commands of one subject. */
export type Rules<Type extends CommandType> = { readonly [One in Type]: Rule<One> };

export const badInput = (pointer: string, message: string): MembershipRefusal =>
  refuse('invalid_request', { errors: [{ pointer, message }] });

/** Finds the subscription or refuses; what has ended is handed on, for each rule says itself what that means. */
export function withSubscription(
  state: Membership,
  id: SubscriptionId,
  decide: (subscription: Subscription) => Decision,
): Decision {
  const subscription = subscriptionById(state, id);
  return subscription ? decide(subscription) : notFound('subscription');
}

/** The same for commands that need a term which has not ended. */
export const withOpenSubscription: typeof withSubscription = (state, id, decide) =>
  withSubscription(state, id, (subscription) =>
    subscription.endedAt === null ? decide(subscription) : refuse('subscription_ended', { endedAt: subscription.endedAt }),
  );
