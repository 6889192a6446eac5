// Everything that is sealed in the account's events, as it was told: what a purge makes unreadable there. It follows from the declarations of the events.
import type { Instant, RecordedEvent } from '#kernel';
import { noteFieldOf, personalOf, type MembershipEvent } from '#domain';
import { ofThisLife } from '../this-life.js';

export interface PersonalFieldsView {
  readonly type: string;
  readonly effectiveAt: Instant;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What operators noted for themselves, such as why there is a legal hold, is deleted with the rest, and the person does not get to read it. */
export const personalFieldsView = (events: readonly RecordedEvent<MembershipEvent>[]): readonly PersonalFieldsView[] =>
  ofThisLife(events).flatMap((event) => {
    const told = personalOf(event).filter(([field]) => field !== noteFieldOf(event.type));
    return told.length === 0 ? [] : [{ type: event.type, effectiveAt: event.effectiveAt, fields: Object.fromEntries(told) }];
  });
