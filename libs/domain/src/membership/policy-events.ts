// The events that say something of the policy in force: what was sold, asked, shown or promised under it.
import type { MembershipEvent } from './events.js';

export const dependsOnPolicy: ReadonlySet<MembershipEvent['type']> = new Set<MembershipEvent['type']>([
  'AccountOpened', 'SubscriptionStarted', 'SubscriptionRenewed', 'PlanChangeScheduled', 'CancellationAttempted', 'CancellationRequested',
]);
