// What may be asked of a plan; buying one stands with coming back.
export interface SubscriptionCommands {
  ChangePlan: { subscriptionId: string; planId: string };
  MarkPastDue: { subscriptionId: string };
  MarkPaid: { subscriptionId: string };
}
