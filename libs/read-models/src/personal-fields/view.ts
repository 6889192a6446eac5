// Everything that is sealed in the account's events, as it was told: what a purge makes unreadable there. It follows from the declarations of the events.
import type { Instant, RecordedEvent } from '#kernel';
import { membershipEvents, noteFieldOf } from '#domain';
import { ofThisLife } from '../this-life.js';

export interface PersonalFieldsView {
  readonly type: string;
  readonly effectiveAt: Instant;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What operators noted for themselves, such as why there is a legal hold, is deleted with the rest, and the person does not get to read it. */
const shownFields = new Map<string, readonly string[]>(membershipEvents.map(({ type, personal }) => [type, personal.filter((field) => field !== noteFieldOf(type))]));

export const personalFieldsView = (events: readonly RecordedEvent[]): readonly PersonalFieldsView[] =>
  ofThisLife(events).flatMap(({ type, effectiveAt, data }) => {
    const told = (shownFields.get(type) ?? []).map((field): [string, unknown] => [field, data[field]]).filter(([, value]) => value !== null && value !== undefined);
    return told.length === 0 ? [] : [{ type, effectiveAt, fields: Object.fromEntries(told) }];
  });
