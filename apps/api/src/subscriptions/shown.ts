// One subscription of an account, as it is shown; somebody else's or none is not found.
import { languageFor, planNamesIn, subscriptionById, type Membership, type PolicyInForce } from '#domain';
import { subscriptionView, type SubscriptionView } from '#read-models';
import { found } from '../http/answers/not-found.js';

export function shownSubscription(state: Membership, subscriptionId: string, policy: PolicyInForce): SubscriptionView {
  return subscriptionView(found('subscription', subscriptionById(state, subscriptionId)), planNamesIn(policy, languageFor(policy, state)));
}
