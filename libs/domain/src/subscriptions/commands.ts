// What may be asked of a plan; buying one stands with coming back, being paid with the charges.
export interface SubscriptionCommands {
  ChangePlan: { subscriptionId: string; planId: string };
  MarkPastDue: { subscriptionId: string };
}
