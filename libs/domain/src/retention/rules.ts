// Data is kept for a year after the last plan, unless a legal hold stops the purge; then it is gone.
import { dayMs, notFound, plusMs, refuse, type Instant } from '#kernel';
import type { Waiting } from '../consequence.js';
import type { NumberEvent } from '../numbers/events.js';
import { countNumbers } from '../numbers/inventory.js';
import { startRelease } from '../numbers/rules.js';
import { badInput } from '../refusals.js';
import type { Rules } from '../subject.js';
import { openSubscriptions } from '../subscriptions/subscription.js';
import type { TenDlcEvent } from '../ten-dlc/events.js';
import { expireTenDlc } from '../ten-dlc/rules.js';
import type { RetentionCommands } from './commands.js';
import { DataPurged, LegalHoldLifted, LegalHoldPlaced, LossAnnounced, PurgeStarted, type RetentionEvent } from './events.js';
import type { KnownToRetention } from './state.js';

export const retentionRules = {
  PlaceLegalHold: (_, { holdId, reason, reviewAt }, now) =>
    reviewAt > now ? [LegalHoldPlaced(now, { holdId, reason, reviewAt })] : badInput('/reviewAt', `must be after ${now}, the time of the account`),

  LiftLegalHold: ({ holds }, { holdId }, now) => (holds.some((one) => one.holdId === holdId) ? [LegalHoldLifted(now, { holdId })] : notFound('legal hold')),

  StartErasure: (state, { basis }, now) => {
    if (nothingSince(state)) return refuse('account_purged', { purgedAt: state.purge?.purgedAt });
    if (openSubscriptions(state).length > 0) return refuse('subscription_open');
    if (state.holds.length > 0) return refuse('legal_hold', { holdIds: state.holds.map(({ holdId }) => holdId) });
    return [...startPurge(state, basis, now, now), ...giveUp(state, now)];
  },

  // It has happened already, whatever a restored log says of the account: neither a plan nor a hold stops it, and it keeps its dates.
  ReapplyPurge: (state, { purgeId, basis, due, begunAt }) =>
    !nothingSince(state) && purgeId === purgeIdOf(state) ? [PurgeStarted(begunAt, { purgeId, basis, due })] : [],

  CompletePurge: ({ purge }, { type: _type, purgedAt = null, ...proof }, now) =>
    purge && purge.purgedAt === null ? [DataPurged(purgedAt ?? now, { purgeId: purge.purgeId, ...proof })] : [],
} satisfies Rules<KnownToRetention, RetentionCommands, RetentionEvent | NumberEvent | TenDlcEvent>;

/** What cannot be named any more once everything is forgotten is given up now: numbers and registration would stay the platform's for ever. */
function giveUp(state: KnownToRetention, now: Instant): readonly (NumberEvent | TenDlcEvent)[] {
  const released = countNumbers(state.numbers.all, ['active']) > 0 ? startRelease(state, now) : [];
  const expired = ['pending', 'active'].includes(state.tenDlc.status) ? expireTenDlc(state, now) : [];
  return [...released, ...expired];
}

/** Purged, or being purged, and not a word since. */
const nothingSince = ({ purge }: KnownToRetention): boolean => purge !== null && !purge.toldSince;

/** One purge a life. */
const purgeIdOf = ({ accountId, life }: KnownToRetention): string => `${accountId}.${life}`;

/** Unreadable from `due` on; the deletion itself is done outside and told by `CompletePurge`. */
export const startPurge = (state: KnownToRetention, basis: string, due: Instant, now: Instant): readonly RetentionEvent[] => [
  PurgeStarted(now, { purgeId: purgeIdOf(state), basis, due }),
];

/** Something irreversible is near: said once, on its day. */
export const announce = (loss: string, daysLeft: number, { dueAt, subject, generation }: Waiting): readonly RetentionEvent[] => [
  LossAnnounced(dueAt, { loss, at: plusMs(dueAt, daysLeft * dayMs), daysLeft, subject, generation }),
];
