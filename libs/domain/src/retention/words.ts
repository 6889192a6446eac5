// How holds are told; the deletion is told by the consequence, announcements by the consequence they speak of.
import type { Sentences } from '../subject.js';
import type { LegalHoldLifted, LegalHoldPlaced } from './events.js';

export const retentionWords: Sentences<typeof LegalHoldPlaced | typeof LegalHoldLifted> = {
  LegalHoldPlaced: () => 'A legal hold stops the deletion.',
  LegalHoldLifted: () => 'A legal hold was lifted.',
};
