// Folds what happened into what is known of holds, announcements and the purge.
import { later } from '#kernel';
import type { AccountChanged } from '../account/events.js';
import type { AccountImported } from '../importing/events.js';
import type { DeadlineRetried } from '../operators/events.js';
import type { Folds } from '../subject.js';
import type { SubscriptionStarted } from '../subscriptions/events.js';
import type { retentionEvents } from './events.js';
import { purgeData } from './consequences.js';
import { isHeldSinceImport, lossKey, nothingKept, reminderKey, type KnownToRetention, type RetentionState } from './state.js';

type EventsHere = (typeof retentionEvents)[number] | typeof AccountChanged | typeof AccountImported | typeof DeadlineRetried | typeof SubscriptionStarted;

export const retentionFolds: Folds<RetentionState, KnownToRetention, EventsHere> = {
  AccountChanged: ({ purge }) => ({ purge: purge && { ...purge, toldSince: true } }),
  SubscriptionStarted: () => ({ purge: null }),
  AccountImported: (_, { held }, at) => ({ imported: { at, held: held.map(lossKey) } }),
  // An operator lets it go. What the purge would have deleted was readable until then.
  DeadlineRetried: (state, loss, at) => {
    const { imported } = state;
    if (!imported || !isHeldSinceImport(state, loss)) return {};
    return { imported: { ...imported, held: imported.held.filter((one) => one !== lossKey(loss)) }, ...(loss.kind === purgeData.kind && { heldUntil: at }) };
  },
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
