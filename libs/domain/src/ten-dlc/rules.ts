// The registration belongs to the account; it is active before `D30` and expired from then on (R19, R20).
import { refuse, type Instant } from '#kernel';
import { saidOf } from '../operators/notes.js';
import type { Rules } from '../subject.js';
import type { TenDlcCommands } from './commands.js';
import {
  TenDlcApplied, TenDlcDeregistered, TenDlcDeregistrationBlocked, TenDlcDeregistrationRetried, TenDlcExpired, TenDlcExpirySkipped, TenDlcRegistered, type TenDlcEvent,
} from './events.js';
import type { KnownToTenDlc, TenDlcState } from './state.js';

export const tenDlcRules = {
  ApplyTenDlc: ({ tenDlc, tenDlcLapse }, { registrationId, brandName, messagingServiceSid = null, campaignId = null, brandId = null }, now) => {
    if (tenDlcLapse) return refuse('no_open_plan');
    if (tenDlc.status === 'pending' || tenDlc.status === 'active') return refuse('ten_dlc_exists', { tenDlcStatus: tenDlc.status });
    const atCarrier = { campaign: (messagingServiceSid ?? campaignId) !== null, brand: brandId !== null };
    return [TenDlcApplied(now, { registrationId, brandName, messagingServiceSid, campaignId, brandId, atCarrier })];
  },

  ApproveTenDlc: ({ tenDlc: { status, registrationId } }, _, now) =>
    status === 'pending' && registrationId !== null ? [TenDlcRegistered(now, { registrationId })] : refuse('ten_dlc_not_pending', { tenDlcStatus: status }),

  // The registration has expired here already; what the far side says is kept, and decides nothing.
  SettleDeregistration: (_, { registrationId, part, outcome, reason }, now) => [TenDlcDeregistered(now, { registrationId, part, outcome, ...saidOf(outcome, reason) })],

  BlockDeregistration: (_, { type: _type, ...answer }, now) => [TenDlcDeregistrationBlocked(now, answer)],

  RetryDeregistration: (_, { type: _type, ...retry }, now) => [TenDlcDeregistrationRetried(now, retry)],
} satisfies Rules<KnownToTenDlc, TenDlcCommands, TenDlcEvent>;

export function expireTenDlc({ tenDlc: { status, registrationId } }: TenDlcState, at: Instant): readonly TenDlcEvent[] {
  const stands = (status === 'pending' || status === 'active') && registrationId !== null;
  return stands ? [TenDlcExpired(at, { registrationId })] : [TenDlcExpirySkipped(at, {})];
}
