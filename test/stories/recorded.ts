// What an account lived, as the log would hold it, so that tests read it through the same eyes as production does.
import type { RecordedEvent } from '#kernel';
import { diary } from '../../libs/read-models/src/diary/diary.js';
import { moment, type Life } from './life.js';

export const recorded = (life: Life): readonly RecordedEvent[] =>
  life.happened.map(({ recordedAt, event }, index) => ({
    type: event.type,
    effectiveAt: event.effectiveAt,
    data: event.data as unknown as RecordedEvent['data'],
    eventId: `event-${index + 1}`,
    accountId: life.state.accountId,
    version: index + 1,
    schemaVersion: 1,
    position: index + 1,
    recordedAt,
    metadata: { actor: { role: 'system', id: 'story' }, channel: 'story', correlationId: 'story', causationId: 'story' },
  }));

/** The diary as of the last thing that was written. */
export const diaryOf = (life: Life): string =>
  diary(life.state, recorded(life), life.happened.at(-1)?.recordedAt ?? moment('1970-01-01T00:00Z'));
