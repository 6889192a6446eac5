// The plans of an account, and the end of the last of them, from which its losses count.
import type { Instant } from '#kernel';
import type { AccountState } from '../account/state.js';
import type { TimeZone } from '../calendar.js';
import type { ToldDates } from '../cancellation/events.js';
import type { Policy } from '../policy.js';
import type { Subscription } from './subscription.js';

/** The time after the last plan ended, until somebody comes back. */
export interface Lapse {
  /** `L`: the instant from which the account's deadlines count. */
  readonly at: Instant;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  /** What was told of it: nothing comes earlier than that. */
  readonly told: ToldDates;
}

export interface SubscriptionsState {
  /** Counts returns: jobs of an older lifecycle are no-ops (R31). */
  readonly lifecycle: number;
  /** The local day of the first start, unless another billing day was agreed (A8). */
  readonly anchorDay: number | null;
  readonly subscriptions: readonly Subscription[];
  readonly lapse: Lapse | null;
  /** All was deleted, and nobody has subscribed since: the next start begins another lifecycle. */
  readonly purgedBefore: boolean;
}

export type KnownToSubscriptions = AccountState & SubscriptionsState;

export const noSubscriptions: SubscriptionsState = { lifecycle: 1, anchorDay: null, subscriptions: [], lapse: null, purgedBefore: false };
