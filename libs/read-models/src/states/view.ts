// An account step by step: what each event made of its state. The state says who the person is nowhere, so this does not either.
import type { Actor, Instant, RecordedEvent } from '#kernel';
import { evolve, type Membership, type MembershipEvent } from '#domain';
import { changesOf, type Change, type FieldValue } from './changes.js';

export interface StateStep {
  /** Place of the event in the account's stream. */
  readonly version: number;
  readonly eventId: string;
  readonly type: string;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: Actor;
  readonly changed: readonly Change[];
}

/** One field of a state. */
export interface StateField {
  readonly field: string;
  readonly value: FieldValue;
}

/** What an event made of the state before it. */
export function stepOf(before: Membership, event: RecordedEvent<MembershipEvent>): { readonly state: Membership; readonly step: StateStep } {
  const state = evolve(before, event);
  const { version, eventId, type, effectiveAt, recordedAt, metadata } = event;
  return { state, step: { version, eventId, type, effectiveAt, recordedAt, actor: metadata.actor, changed: changesOf(before, state) } };
}

/** All that is known at that point, also what is nothing. */
export const fieldsOf = (state: Membership): readonly StateField[] => changesOf(null, state).map(({ field, after }) => ({ field, value: after }));
