// What operators did changes nothing of what an account is.
import type { AccountState } from '../account/state.js';
import { unchanged, type Folds } from '../subject.js';
import type { operatorEvents } from './events.js';

export const operatorFolds: Folds<Record<never, never>, AccountState, (typeof operatorEvents)[number]> = {
  DeadlineRetried: unchanged,
  NoteRedacted: unchanged,
  DataPurged: unchanged,
};
