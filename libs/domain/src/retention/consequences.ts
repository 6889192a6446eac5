// A year after the last plan everything is deleted, unless a legal hold stops it.
import { plusYears } from '../calendar.js';
import { loss } from '../consequence.js';
import { lastPlanEnded, plannedEnd } from '../subscriptions/ends.js';
import type { RetentionEvent } from './events.js';
import { startPurge } from './rules.js';
import type { KnownToRetention } from './state.js';

export const purgeData = loss<KnownToRetention, RetentionEvent>()('purge-data', {
  since: lastPlanEnded,
  plannedSince: plannedEnd,
  dueAt: ({ at, policy, timeZone }) => plusYears(at, timeZone, policy.purgeAfterYears),
  settled: ({ purge }) => purge !== null,
  carriedOutBy: ['PurgeStarted', 'DataPurged'],
  heldByLegalHold: true,
  announcedDaysBefore: [30, 7, 1],
  silentUntil: ({ heldUntil }) => heldUntil,
  takes: ['data', 'wallet'],
  atStake: () => true,
  lost: ({ purge }) => purge !== null,
  fires: (state, { dueAt }, _, now) => startPurge(state, 'retention', dueAt, now),
  takesAccess: () => true,
});
