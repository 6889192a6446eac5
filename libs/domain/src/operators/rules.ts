// Written down without changing what the account is: a retry of what was stuck, and a note taken out of the log.
import { refuse } from '#kernel';
import type { AccountState } from '../account/state.js';
import type { Rules } from '../subject.js';
import type { OperatorCommands } from './commands.js';
import { DeadlineRetried, NoteRedacted, type OperatorEvent } from './events.js';

export const operatorRules = {
  RetryDeadline: (_, { kind, subject, generation, reason }, now) => [DeadlineRetried(now, { kind, subject, generation, reason })],

  RedactNote: (_, { eventId, holdsNote }, now) => (holdsNote ? [NoteRedacted(now, { redacts: eventId })] : refuse('nothing_to_redact')),
} satisfies Rules<AccountState, OperatorCommands, OperatorEvent>;
