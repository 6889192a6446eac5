// What operators do to an account besides what changes it, so that all they do stands in its stream.
import { event, type EventOf } from '#kernel';

/** A deadline that was stuck went down the ordinary path once more. */
export const DeadlineRetried = event('DeadlineRetried')<{
  kind: string;
  /** A subscription's id, or empty: the account itself. */
  subject: string;
  generation: number;
}, {
  /** Why, if the operator said so. */
  reason: string;
}>({ personal: { reason: true } });

/** What an operator had written in another event was taken out of it: see `notes.ts`. */
export const NoteRedacted = event('NoteRedacted')<{
  /** The id of that event. The log lets nothing be taken out of an event that no later one names here. */
  redacts: string;
}>();

export const operatorEvents = [DeadlineRetried, NoteRedacted] as const;

export type OperatorEvent = EventOf<(typeof operatorEvents)[number]>;
