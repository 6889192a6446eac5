// What an event tells of a person: the fields that its declaration seals.
import { membershipEvents, type MembershipEvent } from './events.js';

const personalFields: ReadonlyMap<string, readonly string[]> = new Map(membershipEvents.map(({ type, personal }) => [type, personal]));

/** Each field with what is told there, in the order of the declaration; what is forgotten, or was never told, is left out. */
export function personalOf({ type, data }: Pick<MembershipEvent, 'type' | 'data'>): readonly (readonly [field: string, told: unknown])[] {
  const told: Readonly<Record<string, unknown>> = { ...data };
  return (personalFields.get(type) ?? []).flatMap((field) => {
    const value = told[field] ?? null;
    return value === null ? [] : [[field, value] as const];
  });
}
