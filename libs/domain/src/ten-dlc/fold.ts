// Folds what happened into what is known of the 10DLC registration.
import type { Instant } from '#kernel';
import type { LossAnnounced } from '../retention/events.js';
import { unchanged, type Folds } from '../subject.js';
import type { PeriodEnded, SubscriptionStarted } from '../subscriptions/events.js';
import { latestTold, subscriptionById } from '../subscriptions/subscription.js';
import type { tenDlcEvents } from './events.js';
import { noTenDlc, type KnownToTenDlc, type TenDlcLapse, type TenDlcState } from './state.js';

/** The registration counts from the end of the Messaging plan if that was promised, otherwise from `L`, and from one end only. */
function lapseAt({ tenDlcLapse, lapse, lifecycle, ...state }: KnownToTenDlc, subscriptionId: string, at: Instant): TenDlcLapse | null {
  if (tenDlcLapse) return tenDlcLapse;
  const ended = subscriptionById(state, subscriptionId);
  const promised = ended?.term.kind === 'messaging' ? ended.cancellation : null;
  const follows = promised?.policy.tenDlcScope === 'messaging' ? { promised, subject: subscriptionId } : { promised: lapse, subject: '' };
  if (!follows.promised) return null;
  const { policy, timeZone, told } = follows.promised;
  return { at, policy, timeZone, told, subject: follows.subject, generation: lifecycle, settled: false, lost: false };
}

const settled = ({ tenDlcLapse }: TenDlcState, lost: boolean): Pick<TenDlcState, 'tenDlcLapse'> => ({ tenDlcLapse: tenDlcLapse && { ...tenDlcLapse, settled: true, lost } });

export const tenDlcFolds: Folds<TenDlcState, KnownToTenDlc, (typeof tenDlcEvents)[number] | typeof PeriodEnded | typeof SubscriptionStarted | typeof LossAnnounced> = {
  PeriodEnded: (state, { subscriptionId }, at) => ({ tenDlcLapse: lapseAt(state, subscriptionId, at) }),
  SubscriptionStarted: ({ tenDlcLapse }, { kind }) => {
    const followsAnotherPlan = kind !== 'messaging' && tenDlcLapse !== null && tenDlcLapse.subject !== '';
    return { tenDlcLapse: followsAnotherPlan ? tenDlcLapse : null };
  },
  TenDlcApplied: (_, { registrationId, atCarrier }) => ({ tenDlc: { status: 'pending', registrationId, atCarrier } }),
  TenDlcRegistered: ({ tenDlc }, { registrationId }) => ({ tenDlc: { ...tenDlc, status: 'active', registrationId } }),
  TenDlcExpired: (state) => ({ tenDlc: { ...state.tenDlc, status: 'expired' }, ...settled(state, true) }),
  TenDlcExpirySkipped: (state) => settled(state, false),
  TenDlcDeregistered: unchanged,
  TenDlcDeregistrationBlocked: unchanged,
  TenDlcDeregistrationRetried: unchanged,
  // An announcement says when, as the cancellation did.
  LossAnnounced: ({ tenDlcLapse }, { loss, at }) => ({ tenDlcLapse: tenDlcLapse && { ...tenDlcLapse, told: latestTold(tenDlcLapse.told, { [loss]: at }) } }),
  DataPurged: () => noTenDlc,
};
