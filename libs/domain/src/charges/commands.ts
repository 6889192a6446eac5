// What the payment system tells: of a charge, or of a plan as a whole.
export interface ChargeCommands {
  MarkChargeCollected: { chargeId: string };
  /** `reason`: the payment system's own words; `null`: it gave none. */
  MarkChargeFailed: { chargeId: string; reason: string | null };
  MarkPaid: { subscriptionId: string };
}
