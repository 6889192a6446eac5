// What an account shows is of the life it lives now; what was before the last purge is for the stream alone (A12).
import type { MembershipEvent } from '#domain';
import type { RecordedEvent } from '#kernel';

/** The place of the first event after the last purge. */
export const beginningOfLife = (events: readonly RecordedEvent<MembershipEvent>[]): number => events.findLastIndex(({ type }) => type === 'DataPurged') + 1;

export const ofThisLife = (events: readonly RecordedEvent<MembershipEvent>[]): readonly RecordedEvent<MembershipEvent>[] => events.slice(beginningOfLife(events));
