// English: also for whoever asks for a language that is not here.
import type { ChargePurpose } from '../../charges/events.js';
import type { Message } from '../../notices/messages.js';
import { plural } from '../../wording.js';
import { isLossKind, type LossKind } from '../consequences.js';
import type { Words } from './words.js';

const forWhat = (purpose: ChargePurpose): string => (purpose === 'plan' ? '' : ' for the wallet');

/** Ends a sentence. */
const said: Readonly<Record<Message, string>> = {
  'cancellation-confirmed': 'the cancellation, with its dates',
  'subscription-resumed': 'the plan goes on',
  'plan-ended': 'the plan has ended',
  'loss-announced': 'what is lost soon',
  'numbers-released': 'the phone numbers are released',
  'ten-dlc-expired': 'the 10DLC registration has expired',
  'data-purged': 'all data is deleted',
  'annual-reminder': 'the plan renews',
};

/** Ends a sentence, too. */
const near: Readonly<Record<LossKind, string>> = {
  'release-numbers': 'the phone numbers are released',
  'expire-ten-dlc': 'the 10DLC registration expires',
  'purge-data': 'all data is deleted',
};

const left = (days: number, loss: LossKind): string => `${plural(days, 'day')} left until ${near[loss]}`;

const releasedHow = {
  released: () => 'A phone number was released.',
  'already-gone': (reason: string | null) => (reason === 'ported-out' ? 'A phone number was taken to another carrier.' : 'A phone number was gone at the carrier already.'),
  'settled-elsewhere': () => 'The release of a phone number was settled elsewhere.',
} as const;

export const en: Words = {
  belongings: { numbers: 'phone numbers', 'ten-dlc': '10DLC registration', data: 'data', wallet: 'wallet balance' },
  happened: {
    AccountOpened: () => 'The account was opened.',
    AccountChanged: () => 'Details of the account were changed.',
    AccountImported: () => 'The account was taken over from another system.',
    SubscriptionStarted: ({ planId, period, returned }, { plan, moment, belonging }) =>
      returned
        ? `Came back on ${plan(planId)} until ${moment(period.end)}; lost meanwhile: ${returned.lost.map(belonging).join(', ') || 'nothing'}.`
        : `Started ${plan(planId)}, first period until ${moment(period.end)}.`,
    SubscriptionRenewed: ({ planId, period }, { plan, moment }) => `Renewed ${plan(planId)} until ${moment(period.end)}.`,
    PlanChangeScheduled: ({ planId, from }, { plan, moment }) => `Changes to ${plan(planId)} from ${moment(from)}.`,
    SubscriptionPastDue: ({ owed }, { amount }) => `Payment failed, ${amount(owed)} owed.`,
    SubscriptionPaid: ({ periodNumber }) => (periodNumber === null ? 'The debt was paid.' : `The debt of period ${periodNumber} was paid.`),
    PeriodEnded: ({ planId, lastPlan }, { plan }) => `${plan(planId)} ended${lastPlan ? ', the last plan of the account' : ''}.`,
    CardChargeRequested: ({ amount: asked, purpose }, { amount }) => `${amount(asked)} to be collected from the card${forWhat(purpose)}.`,
    ChargeCollected: ({ amount: collected, purpose }, { amount }) => (purpose === 'plan' ? `${amount(collected)} were collected from the card.` : null),
    ChargeFailed: ({ amount: asked, purpose }, { amount }) => `${amount(asked)}${forWhat(purpose)} could not be collected from the card.`,
    WalletToppedUp: ({ amount: added }, { amount }) => `${amount(added)} went into the wallet.`,
    AutoRechargeConfigured: ({ enabled }) => `Auto-recharge was switched ${enabled ? 'on' : 'off'}.`,
    AutoRechargeSuspended: () => 'Auto-recharge rests: no plan will renew.',
    AutoRechargeRestored: () => 'Auto-recharge works again.',
    WalletRecharged: ({ amount: added }, { amount }) => `${amount(added)} were charged to the card for the wallet.`,
    UnsentMessagesCredited: ({ sms, rvm, amount: credited }, { amount }) => `${sms.count + rvm.count} unsent messages were cancelled, ${amount(credited)} credited.`,
    CancellationAttempted: () => 'Acknowledged the consequences of a cancellation; nothing has changed yet.',
    CancellationRequested: ({ planId, effectiveAt }, { plan, moment }) => `Cancelled ${plan(planId)}; it runs until ${moment(effectiveAt)}.`,
    SubscriptionResumed: ({ planId }, { plan }) => `Resumed ${plan(planId)}; the cancellation is undone.`,
    NumberPurchased: ({ origin }) => `A phone number was added (${origin}).`,
    NumberRemoved: () => 'A phone number was removed.',
    NumberNotGivenBack: () => 'A removed phone number is in use again and is not given back.',
    NumberFeesCharged: ({ count, amount: paid }, { amount }) => `${amount(paid)} for ${plural(count, 'number')} left the wallet.`,
    NumberFeesFellShort: ({ amount: short }, { amount }) => `${amount(short)} of number fees could not be paid.`,
    NumberReleaseStarted: ({ numberIds, leftIds }) => {
      if (numberIds.length > 0) return `The release of ${plural(numberIds.length, 'number')} began.`;
      return leftIds.length > 0 ? `${plural(leftIds.length, 'number')} not ours to release stay as they are.` : null;
    },
    NumberReleased: ({ outcome, reason }) => releasedHow[outcome](reason),
    NumberReleaseBlocked: () => 'The release of a phone number is blocked at the carrier.',
    NumberReleaseRetried: () => 'The carrier is asked again for a phone number.',
    NumberReleaseWithdrawn: ({ numberIds }) => `Kept, for the carrier had not been asked yet: ${plural(numberIds.length, 'phone number')}.`,
    NumbersReleased: ({ released, left }) => (released === 0 && left === 0 ? null : `All numbers are settled, ${released} of them released.`),
    TenDlcApplied: () => 'Applied for a 10DLC registration.',
    TenDlcRegistered: () => 'The 10DLC registration was approved.',
    TenDlcExpired: () => 'The 10DLC registration expired.',
    TenDlcExpirySkipped: () => null,
    TenDlcDeregistered: ({ part }) => `The 10DLC ${part} is gone at the carrier.`,
    TenDlcDeregistrationBlocked: ({ part }) => `The 10DLC ${part} cannot be ended at the carrier.`,
    TenDlcDeregistrationRetried: ({ part }) => `The carrier is asked again for the 10DLC ${part}.`,
    LegalHoldPlaced: () => 'A legal hold stops the deletion.',
    LegalHoldLifted: () => 'A legal hold was lifted.',
    LossAnnounced: ({ loss, at, daysLeft }, { moment }) => (isLossKind(loss) ? `${left(daysLeft, loss)}, on ${moment(at)}.` : null),
    PurgeStarted: () => 'The deletion of all data began.',
    DataPurged: () => 'All data is deleted.',
    DeadlineRetried: () => 'What was due and had got stuck is tried again.',
    NoteRedacted: () => null,
    CustomerNotified: ({ message, channel }) => `Told ${channel === 'e-mail' ? 'by e-mail' : 'otherwise'}: ${said[message]}.`,
    NoticeBlocked: ({ message }) => `Could not be told by e-mail: ${said[message]}.`,
    NoticeRetried: ({ message }) => `An e-mail is sent again: ${said[message]}.`,
  },
  recurs: {
    'number-fees': ({ count, amount: due, short }, { amount }) =>
      `${amount(due)} for ${plural(count, 'number')} leave the wallet.${short ? ` ${amount(short)} of it cannot be paid unless the wallet is filled before.` : ''}`,
    'period-end': (facts, { plan }) => {
      if (!facts) return 'A period ends.';
      return facts.ends ? `${plan(facts.planId)} ends; its features stop.` : `${plan(facts.planId)} renews.`;
    },
  },
  lost: {
    'release-numbers': 'All purchased phone numbers are released and cannot be restored.',
    'expire-ten-dlc': 'The 10DLC registration expires; who comes back later applies again.',
    'purge-data': 'Campaigns, messages, contacts, reports and all personal data are permanently deleted.',
  },
  daysLeft: (days, loss) => `${left(days, loss)}.`,
  noLongerFollows: 'No longer follows.',
};
