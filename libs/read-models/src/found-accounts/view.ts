// An account in a list of those that were found: enough to pick the right one.
import type { Instant } from '#kernel';
import type { Membership, Standing } from '#domain';
import type { AccountView } from '../account/view.js';
import { subscriptionView, type PlanNames, type SubscriptionView } from '../subscriptions/view.js';

export interface FoundAccountView {
  readonly accountId: string;
  /** `null` once the person is forgotten, as is `email`. */
  readonly name: string | null;
  readonly email: string | null;
  readonly standing: Standing;
  readonly openedAt: Instant;
  /** The account lives by this clock; `null`: in real time. */
  readonly testClockId: string | null;
  /** Every term, in the order in which they began. */
  readonly subscriptions: readonly SubscriptionView[];
}

/** From `P` on nothing personal is told, however far the purge has come. */
export const foundAccountView = (state: Membership, { accountId, name, email, standing, openedAt, testClockId }: AccountView, nameOf: PlanNames): FoundAccountView => ({
  accountId,
  name: state.purge ? null : name,
  email: state.purge ? null : email,
  standing,
  openedAt,
  testClockId,
  subscriptions: state.purge ? [] : state.subscriptions.map((one) => subscriptionView(one, nameOf)),
});
