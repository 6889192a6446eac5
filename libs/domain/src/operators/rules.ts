// Written down without changing what the account is: a retry of what was stuck, and a note taken out of the log.
import { refuse } from '#kernel';
import type { Rules } from '../membership/rules.js';
import { DeadlineRetried, NoteRedacted } from './events.js';

export const operatorRules: Rules<'RetryDeadline' | 'RedactNote'> = {
  RetryDeadline: (_, { kind, subject, generation, reason }, now) => [DeadlineRetried(now, { kind, subject, generation, reason })],

  RedactNote: (_, { eventId, holdsNote }, now) => (holdsNote ? [NoteRedacted(now, { redacts: eventId })] : refuse('nothing_to_redact')),
};
