// By what an account is found, but for what names its person: how it stands, its plans, and when these end.
import type { Instant } from '#kernel';
import { isPending, openSubscriptions, standingOf, type Membership, type Standing } from '#domain';

export interface SearchKeys {
  readonly standing: Standing;
  readonly plans: readonly { readonly planId: string; /** `null`: it renews, or has ended. */ readonly endsAt: Instant | null }[];
}

/** The open plans; of an account that has none left those that ended last, each once. */
export function searchKeysOf(state: Membership): SearchKeys {
  const { lapse, subscriptions } = state;
  const plans = lapse ? subscriptions.filter(({ endedAt }) => endedAt === lapse.at) : openSubscriptions(state);
  return { standing: standingOf(state), plans: state.purge ? [] : plans.map((one) => ({ planId: one.term.planId, endsAt: isPending(one) ? one.period.end : null })) };
}

export interface KeysWanted {
  readonly standing?: string | undefined;
  readonly planId?: string | undefined;
  readonly endsBefore?: Instant | undefined;
}

/** Whether an account is one of those that are wanted: of a plan and its end both have to be of the same plan. */
export const fits = ({ standing, plans }: SearchKeys, wanted: KeysWanted): boolean =>
  (wanted.standing ?? standing) === standing &&
  ((wanted.planId === undefined && wanted.endsBefore === undefined) ||
    plans.some(({ planId, endsAt }) => (wanted.planId ?? planId) === planId && (wanted.endsBefore === undefined || (endsAt !== null && endsAt < wanted.endsBefore))));
