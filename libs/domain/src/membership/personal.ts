// What an event tells of a person: the fields that its declaration seals.
import type { OpenDataOf } from '#kernel';
import { membershipEvents, type DeclaredEvent, type MembershipEvent } from './events.js';

type Told = Pick<MembershipEvent, 'type' | 'data'>;

const personalFields: ReadonlyMap<string, readonly string[]> = new Map(membershipEvents.map(({ type, personal }) => [type, personal]));

/** Each field with what is told there, in the order of the declaration; what is forgotten, or was never told, is left out. */
export function personalOf({ type, data }: Told): readonly (readonly [field: string, told: unknown])[] {
  const told: Readonly<Record<string, unknown>> = { ...data };
  return (personalFields.get(type) ?? []).flatMap((field) => {
    const value = told[field] ?? null;
    return value === null ? [] : [[field, value] as const];
  });
}

/** The payload as it is once the person is forgotten. */
export const forgottenDataOf = (event: Told): Readonly<Record<string, unknown>> => ({ ...event.data, ...Object.fromEntries(personalOf(event).map(([field]) => [field, null])) });

/** The payload without its personal fields: whoever is handed this can keep all of it. */
export function openDataOf({ type, data }: Told): OpenDataOf<DeclaredEvent> {
  const personal = personalFields.get(type) ?? [];
  return personal.length === 0 ? data : Object.fromEntries(Object.entries(data).filter(([field]) => !personal.includes(field)));
}
