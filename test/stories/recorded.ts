// What an account lived, as the log would hold it, so that tests read it through the same eyes as production does.
import type { LogEntry, RecordedEvent } from '#kernel';
import { noMembership, undoneBy, type MembershipEvent } from '#domain';
import { diary } from '../../libs/read-models/src/diary/diary.js';
import { moment, type Life } from './life.js';

/** One event, with whatever of its entry matters. */
export const entered = (event: MembershipEvent, entry: Partial<LogEntry> = {}): RecordedEvent<MembershipEvent> => ({
  ...event,
  eventId: 'event-1',
  accountId: 'acc',
  version: 1,
  schemaVersion: 1,
  position: 1,
  recordedAt: event.effectiveAt,
  metadata: { actor: { role: 'system', id: 'story' }, channel: 'story', correlationId: 'story', causationId: 'story' },
  ...entry,
});

export function recorded(life: Life): readonly RecordedEvent<MembershipEvent>[] {
  const undone = undoneBy(noMembership(life.state.accountId), life.events);
  return life.happened.map(({ recordedAt, event }, index) => {
    const one = entered(event, { eventId: `event-${index + 1}`, accountId: life.state.accountId, version: index + 1, position: index + 1, recordedAt });
    return undone[index]!.length > 0 ? { ...one, metadata: { ...one.metadata, undone: undone[index]! } } : one;
  });
}

/** The diary as of the last thing that was written. */
export const diaryOf = (life: Life): string =>
  diary(life.state, recorded(life), life.happened.at(-1)?.recordedAt ?? moment('1970-01-01T00:00Z'));
