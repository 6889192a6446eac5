// Who was told what is remembered by the log alone: no decision depends on it.
import type { AccountState } from '../account/state.js';
import { unchanged, type Folds } from '../subject.js';
import type { noticeEvents } from './events.js';

export const noticeFolds: Folds<Record<never, never>, AccountState, (typeof noticeEvents)[number]> = {
  CustomerNotified: unchanged,
  NoticeBlocked: unchanged,
  NoticeRetried: unchanged,
  DataPurged: unchanged,
};
