// What an account shows is of the life it lives now; what was before the last purge is for the stream alone (A12).
import type { MembershipEvent } from '#domain';
import type { RecordedEvent } from '#kernel';

export const ofThisLife = (events: readonly RecordedEvent<MembershipEvent>[]): readonly RecordedEvent<MembershipEvent>[] =>
  events.slice(events.findLastIndex(({ type }) => type === 'DataPurged') + 1);
