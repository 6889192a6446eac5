// Everything that is sealed in the account's events, as it was told: what a purge makes unreadable there. It follows from the declarations of the events.
import type { Instant, RecordedEvent } from '#kernel';
import { membershipEvents } from '#domain';
import { ofThisLife } from '../this-life.js';

export interface PersonalFieldsView {
  readonly type: string;
  readonly effectiveAt: Instant;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** By field: why the person does not get to read it, although it is deleted with the rest. */
export const withheldFields: Readonly<Record<string, string>> = {
  reason: 'What operators noted for themselves, such as why there is a legal hold.',
};

const shownFields = new Map<string, readonly string[]>(membershipEvents.map(({ type, personal }) => [type, personal.filter((field) => !(field in withheldFields))]));

export const personalFieldsView = (events: readonly RecordedEvent[]): readonly PersonalFieldsView[] =>
  ofThisLife(events).flatMap(({ type, effectiveAt, data }) => {
    const told = (shownFields.get(type) ?? []).map((field): [string, unknown] => [field, data[field]]).filter(([, value]) => value !== null && value !== undefined);
    return told.length === 0 ? [] : [{ type, effectiveAt, fields: Object.fromEntries(told) }];
  });
