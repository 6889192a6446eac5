// One subscription of an account, as it is shown; somebody else's or none is not found.
import { subscriptionById, type Membership } from '#domain';
import { subscriptionView, type SubscriptionView } from '#read-models';
import { found } from '../http/answers/not-found.js';

export function shownSubscription(state: Membership, subscriptionId: string): SubscriptionView {
  return subscriptionView(found('subscription', subscriptionById(state, subscriptionId)));
}
