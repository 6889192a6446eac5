// One subscription of an account, as it is shown; somebody else's or none is not found.
import { notFound, Refused } from '#kernel';
import { subscriptionById, type Membership } from '#domain';
import { subscriptionView, type SubscriptionView } from '#read-models';

export function shownSubscription(state: Membership, subscriptionId: string): SubscriptionView {
  const subscription = subscriptionById(state, subscriptionId);
  if (!subscription) throw new Refused(notFound('subscription'));
  return subscriptionView(subscription);
}
