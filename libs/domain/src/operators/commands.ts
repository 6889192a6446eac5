// What operators do to an account besides what changes it.
export interface OperatorCommands {
  /** A deadline that was stuck was sent down the ordinary path once more. */
  RetryDeadline: { kind: string; subject: string; generation: number; reason: string | null };
  /** What was written in an event is taken out of it; whether there is anything, only the event knows. */
  RedactNote: { eventId: string; holdsNote: boolean };
}
