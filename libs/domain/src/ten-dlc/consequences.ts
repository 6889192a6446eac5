// The registration expires 30 days after the end of the plans that it follows.
import { plusDays } from '../calendar.js';
import { loss, type End } from '../consequence.js';
import { plannedEnd } from '../subscriptions/ends.js';
import { openOfKind } from '../subscriptions/subscription.js';
import type { TenDlcEvent } from './events.js';
import { expireTenDlc } from './rules.js';
import type { KnownToTenDlc } from './state.js';

/** Where the registration follows the Messaging plan, its end is told whatever else goes on (A4). */
function plannedMessagingEnd(state: KnownToTenDlc): End | null {
  const promised = openOfKind(state, 'messaging')?.cancellation;
  return promised?.policy.tenDlcScope === 'messaging' ? { at: promised.effectiveAt, policy: promised.policy, timeZone: promised.timeZone, told: promised.told } : null;
}

export const tenDlcExpiry = loss<KnownToTenDlc, TenDlcEvent>()('expire-ten-dlc', {
  since: ({ tenDlcLapse }) => tenDlcLapse,
  plannedSince: (state) => (state.tenDlcLapse ? null : (plannedMessagingEnd(state) ?? plannedEnd(state))),
  dueAt: ({ at, policy, timeZone }) => plusDays(at, timeZone, policy.tenDlcExpireAfterDays),
  settled: ({ tenDlcLapse }) => tenDlcLapse?.settled !== false,
  carriedOutBy: ['TenDlcExpired', 'TenDlcExpirySkipped'],
  heldByLegalHold: false,
  announcedDaysBefore: [7],
  silentUntil: () => null,
  takes: ['ten-dlc'],
  atStake: ({ tenDlc }) => tenDlc.status === 'pending' || tenDlc.status === 'active',
  lost: ({ tenDlcLapse }) => tenDlcLapse?.lost === true,
  fires: (state, { dueAt }) => expireTenDlc(state, dueAt),
  takesAccess: () => false,
});
