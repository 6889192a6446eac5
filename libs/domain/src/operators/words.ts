// How what operators did is told to the customer: that it was done, and not a word of what they wrote.
import type { Sentences } from '../subject.js';
import type { operatorEvents } from './events.js';

export const operatorWords: Sentences<(typeof operatorEvents)[number]> = {
  DeadlineRetried: () => 'What was due and had got stuck is tried again.',
  NoteRedacted: () => null,
};
