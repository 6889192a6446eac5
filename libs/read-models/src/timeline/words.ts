// One sentence for everything that can have happened and everything that can be to come. Customers read them: none names a person, and none
// holds an operator's words.
import type { Money, RecordedEvent } from '#kernel';
import {
  accountDeadlineKinds, foretoldFees, isAtStake, reminderOf, subscriptionById, termsOf,
  type AccountDeadlineKind, type DeadlineKind, type Membership, type MembershipEvent, type ReminderKind,
} from '#domain';
import { inWords } from '../ledger/entries.js';

const losses = {
  'release-numbers': 'the phone numbers are released',
  'expire-ten-dlc': 'the 10DLC registration expires',
  'purge-data': 'all data is deleted',
} as const;

const releasedHow = {
  released: () => 'A phone number was released.',
  'already-gone': (reason: string | null) =>
    reason === 'ported-out' ? 'A phone number was taken to another carrier.' : 'A phone number was gone at the carrier already.',
  'settled-elsewhere': () => 'The release of a phone number was settled elsewhere.',
} as const;

type Sentences = { readonly [Type in MembershipEvent['type']]: (data: Extract<MembershipEvent, { type: Type }>['data']) => string };

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
const dollars = ({ amount, currency }: Money): string => inWords({ amount, currency });

const sentences: Sentences = {
  AccountOpened: () => 'The account was opened.',
  AccountChanged: () => 'Details of the account were changed.',
  SubscriptionStarted: ({ planId, period, returned }) =>
    returned
      ? `Came back on ${planId} until ${period.end}; lost meanwhile: ${returned.lost.join(', ') || 'nothing'}.`
      : `Started ${planId}, first period until ${period.end}.`,
  SubscriptionRenewed: ({ planId, period }) => `Renewed ${planId} until ${period.end}.`,
  CardChargeRequested: ({ amount }) => `${dollars(amount)} to be collected from the card.`,
  PlanChangeScheduled: ({ planId, from }) => `Changes to ${planId} from ${from}.`,
  SubscriptionPastDue: ({ owed }) => `Payment failed, ${dollars(owed)} owed.`,
  SubscriptionPaid: () => 'The debt was paid.',
  PeriodEnded: ({ planId, lastPlan }) => `${planId} ended${lastPlan ? ', the last plan of the account' : ''}.`,
  CancellationAttempted: () => 'Acknowledged the consequences of a cancellation; nothing has changed yet.',
  CancellationRequested: ({ planId, effectiveAt }) => `Cancelled ${planId}; it runs until ${effectiveAt}.`,
  SubscriptionResumed: ({ planId }) => `Resumed ${planId}; the cancellation is undone.`,
  NumberPurchased: ({ origin }) => `A phone number was added (${origin}).`,
  NumberRemoved: () => 'A phone number was removed.',
  NumberNotGivenBack: () => 'A removed phone number is in use again and is not given back.',
  NumberFeesCharged: ({ count, amount }) => `${dollars(amount)} for ${plural(count, 'number')} left the wallet.`,
  NumberFeesFellShort: ({ amount }) => `${dollars(amount)} of number fees could not be paid.`,
  NumberReleaseStarted: ({ numberIds, leftIds }) =>
    numberIds.length > 0 ? `The release of ${plural(numberIds.length, 'number')} began.` : `${plural(leftIds.length, 'number')} not ours to release stay as they are.`,
  NumberReleased: ({ outcome, reason }) => releasedHow[outcome](reason),
  NumberReleaseRetried: () => 'The carrier is asked again for a phone number.',
  NumberReleaseWithdrawn: ({ numberIds }) => `Kept, for the carrier had not been asked yet: ${plural(numberIds.length, 'phone number')}.`,
  NumberReleaseBlocked: () => 'The release of a phone number is blocked at the carrier.',
  NumbersReleased: ({ released }) => `All numbers are settled, ${released} of them released.`,
  TenDlcApplied: () => 'Applied for a 10DLC registration.',
  TenDlcRegistered: () => 'The 10DLC registration was approved.',
  TenDlcExpired: () => 'The 10DLC registration expired.',
  TenDlcDeregistered: ({ part }) => `The 10DLC ${part} is gone at the carrier.`,
  TenDlcDeregistrationBlocked: ({ part }) => `The 10DLC ${part} cannot be ended at the carrier.`,
  TenDlcDeregistrationRetried: ({ part }) => `The carrier is asked again for the 10DLC ${part}.`,
  TenDlcExpirySkipped: () => 'There was no 10DLC registration to expire.',
  WalletToppedUp: ({ amount }) => `${dollars(amount)} went into the wallet.`,
  AutoRechargeConfigured: ({ enabled }) => `Auto-recharge was switched ${enabled ? 'on' : 'off'}.`,
  AutoRechargeSuspended: () => 'Auto-recharge rests: no plan will renew.',
  AutoRechargeRestored: () => 'Auto-recharge works again.',
  WalletRecharged: ({ amount }) => `${dollars(amount)} were charged to the card for the wallet.`,
  UnsentMessagesCredited: ({ sms, rvm, amount }) => `${sms.count + rvm.count} unsent messages were cancelled, ${dollars(amount)} credited.`,
  LegalHoldPlaced: () => 'A legal hold stops the deletion.',
  LegalHoldLifted: () => 'A legal hold was lifted.',
  LossAnnounced: ({ loss, at, daysLeft }) => `${plural(daysLeft, 'day')} left until ${losses[loss]}, on ${at}.`,
  DeadlineRetried: () => 'What was due and had got stuck is tried again.',
  NoteRedacted: () => 'A note of an operator was taken out.',
  PurgeStarted: () => 'The deletion of all data began.',
  DataPurged: () => 'All data is deleted.',
};

export const describe = (event: RecordedEvent): string =>
  (sentences[event.type as MembershipEvent['type']] as (data: unknown) => string)(event.data);

const foretold: Readonly<Record<Exclude<DeadlineKind, ReminderKind>, (state: Membership, subject: string) => string>> = {
  'period-end': (state, subject) => {
    const subscription = subscriptionById(state, subject);
    if (!subscription) return 'A period ends.';
    const { term, cancellation, nextPlanId } = subscription;
    return cancellation ? `${term.planId} ends; its features stop.` : `${nextPlanId ?? term.planId} renews.`;
  },
  'number-fees': (state) => {
    const { currency } = termsOf(state);
    const [{ count, due, short } = { count: 0, due: 0, short: 0 }] = foretoldFees(state, 1);
    const missing = short > 0 ? ` ${dollars({ amount: short, currency })} of it cannot be paid unless the wallet is filled before.` : '';
    return `${dollars({ amount: due, currency })} for ${plural(count, 'number')} leave the wallet.${missing}`;
  },
  'release-numbers': () => 'All purchased phone numbers are released and cannot be restored.',
  'expire-ten-dlc': () => 'The 10DLC registration expires; who comes back later applies again.',
  'purge-data': () => 'Campaigns, messages, contacts, reports and all personal data are permanently deleted.',
};

export function foretell(state: Membership, kind: DeadlineKind, subject = ''): string {
  const reminder = reminderOf(kind);
  if (reminder) return `${plural(reminder.daysLeft, 'day')} left until ${losses[reminder.loss]}.`;
  return foretold[kind as Exclude<DeadlineKind, ReminderKind>](state, subject);
}

/** A loss where there is something to lose, and whatever is none. */
export const isFelt = (state: Membership, kind: DeadlineKind): boolean => !isAccountKind(kind) || isAtStake(state, kind);

export const isAccountKind = (kind: DeadlineKind): kind is AccountDeadlineKind => (accountDeadlineKinds as readonly string[]).includes(kind);

/** The day of a loss came where there was nothing to lose, or what an operator had written beside the account was taken out. */
export function saysNothing({ type, data }: RecordedEvent): boolean {
  const none = (field: string): boolean => (data[field] as readonly unknown[]).length === 0;
  if (type === 'NumberReleaseStarted') return none('numberIds') && none('leftIds');
  if (type === 'NumbersReleased') return data['released'] === 0 && data['left'] === 0;
  return type === 'TenDlcExpirySkipped' || type === 'NoteRedacted';
}
