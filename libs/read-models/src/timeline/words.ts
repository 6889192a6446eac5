// One sentence for everything that can have happened and everything that can be to come; none names a person.
import type { Money, RecordedEvent } from '#kernel';
import { billableNumbers, subscriptionById, termsOf, type DeadlineKind, type Membership, type MembershipEvent } from '#domain';
import { inWords } from '../ledger/entries.js';

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
  NumberFeesCharged: ({ count, amount }) => `${dollars(amount)} for ${plural(count, 'number')} left the wallet.`,
  NumberFeesFellShort: ({ amount }) => `${dollars(amount)} of number fees could not be paid.`,
  NumberReleaseStarted: ({ numberIds }) => `The release of ${plural(numberIds.length, 'number')} began.`,
  NumberReleased: () => 'A phone number was released.',
  NumberReleaseBlocked: ({ reason }) => `The release of a phone number is blocked: ${reason}.`,
  NumbersReleased: ({ released }) => `All numbers are settled, ${released} of them released.`,
  TenDlcApplied: () => 'Applied for a 10DLC registration.',
  TenDlcRegistered: () => 'The 10DLC registration was approved.',
  TenDlcExpired: () => 'The 10DLC registration expired.',
  TenDlcExpirySkipped: () => 'There was no 10DLC registration to expire.',
  WalletToppedUp: ({ amount }) => `${dollars(amount)} went into the wallet.`,
  AutoRechargeConfigured: ({ enabled }) => `Auto-recharge was switched ${enabled ? 'on' : 'off'}.`,
  AutoRechargeSuspended: () => 'Auto-recharge rests: no plan will renew.',
  AutoRechargeRestored: () => 'Auto-recharge works again.',
  WalletRecharged: ({ amount }) => `${dollars(amount)} were charged to the card for the wallet.`,
  UnsentMessagesCredited: ({ sms, rvm, amount }) => `${sms.count + rvm.count} unsent messages were cancelled, ${dollars(amount)} credited.`,
  LegalHoldPlaced: ({ reviewAt }) => `A legal hold stops the deletion, to be reviewed ${reviewAt}.`,
  LegalHoldLifted: () => 'A legal hold was lifted.',
  PurgeStarted: () => 'The deletion of all data began.',
  DataPurged: () => 'All data is deleted.',
};

export const describe = (event: RecordedEvent): string =>
  (sentences[event.type as MembershipEvent['type']] as (data: unknown) => string)(event.data);

const foretold: Readonly<Record<DeadlineKind, (state: Membership, subject: string) => string>> = {
  'period-end': (state, subject) => {
    const subscription = subscriptionById(state, subject);
    if (!subscription) return 'A period ends.';
    const { term, cancellation, nextPlanId } = subscription;
    return cancellation ? `${term.planId} ends; its features stop.` : `${nextPlanId ?? term.planId} renews.`;
  },
  'number-fees': (state) => {
    const count = billableNumbers(state);
    const { numberFee } = termsOf(state);
    return `${dollars({ ...numberFee, amount: numberFee.amount * count })} for ${plural(count, 'number')} leave the wallet.`;
  },
  'release-numbers': () => 'All purchased phone numbers are released and cannot be restored.',
  'expire-ten-dlc': () => 'The 10DLC registration expires; who comes back later applies again.',
  'purge-data': () => 'Campaigns, messages, contacts, reports and all personal data are permanently deleted.',
};

export const foretell = (state: Membership, kind: DeadlineKind, subject = ''): string => foretold[kind](state, subject);
