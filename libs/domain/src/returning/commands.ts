// A plan is bought: the first one, another one, or by somebody who comes back.
export interface ReturningCommands {
  Subscribe: {
    subscriptionId: string;
    planId: string;
    trialDays: number | null;
    /** Numbers whose release has begun and which no carrier has been asked for. */
    keptNumberIds?: readonly string[];
    /** Numbers that were left alone and are another account's by now. */
    takenNumberIds?: readonly string[];
  };
}
