// Folds what happened into what is known of holds, announcements and the purge.
import { later } from '#kernel';
import type { AccountChanged } from '../account/events.js';
import type { Folds } from '../subject.js';
import type { SubscriptionStarted } from '../subscriptions/events.js';
import type { retentionEvents } from './events.js';
import { nothingKept, reminderKey, type KnownToRetention, type RetentionState } from './state.js';

export const retentionFolds: Folds<RetentionState, KnownToRetention, (typeof retentionEvents)[number] | typeof AccountChanged | typeof SubscriptionStarted> = {
  AccountChanged: ({ purge }) => ({ purge: purge && { ...purge, toldSince: true } }),
  SubscriptionStarted: () => ({ purge: null }),
  LegalHoldPlaced: ({ holds }, { holdId, reviewAt }) => ({ holds: [...holds, { holdId, reviewAt }] }),
  LegalHoldLifted: ({ holds }, { holdId }, at) => (holds.some((one) => one.holdId === holdId) ? { holds: holds.filter((one) => one.holdId !== holdId), heldUntil: at } : {}),
  LossAnnounced: ({ reminded }, announced) => ({ reminded: [...reminded, reminderKey(announced)] }),
  PurgeStarted: ({ heldUntil }, { purgeId, due }) => ({ purge: { purgeId, due, since: later(due, heldUntil ?? due), purgedAt: null, toldSince: false } }),
  DataPurged: ({ life, purge }, { purgeId }, at) => ({
    ...nothingKept,
    life: life + 1,
    purge: { purgeId, due: purge?.due ?? at, since: purge?.since ?? at, purgedAt: at, toldSince: false },
  }),
};
