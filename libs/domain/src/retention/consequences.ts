// A year after the last plan everything is deleted, unless a legal hold stops it.
import { plusYears } from '../calendar.js';
import { loss } from '../consequence.js';
import { lastPlanEnded, plannedEnd } from '../subscriptions/ends.js';
import type { DataPurged, PurgeStarted, RetentionEvent } from './events.js';
import { startPurge } from './rules.js';
import type { KnownToRetention } from './state.js';

export const purgeData = loss<KnownToRetention, RetentionEvent, typeof PurgeStarted | typeof DataPurged>()('purge-data', {
  since: lastPlanEnded,
  plannedSince: plannedEnd,
  dueAt: ({ at, policy, timeZone }) => plusYears(at, timeZone, policy.purgeAfterYears),
  settled: ({ purge }) => purge !== null,
  heldByLegalHold: true,
  announcedDaysBefore: [30, 7, 1],
  announced: 'all data is deleted',
  silentUntil: ({ heldUntil }) => heldUntil,
  takes: ['data', 'wallet'],
  atStake: () => true,
  lost: ({ purge }) => purge !== null,
  fires: (state, { dueAt }, _, now) => startPurge(state, 'retention', dueAt, now),
  takesAccess: () => true,
  foretold: () => 'Campaigns, messages, contacts, reports and all personal data are permanently deleted.',
  told: {
    PurgeStarted: () => 'The deletion of all data began.',
    DataPurged: () => 'All data is deleted.',
  },
});
