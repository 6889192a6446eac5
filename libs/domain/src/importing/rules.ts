// An account that lived elsewhere is taken over as it is told, whole or not at all. Nothing is charged, told to the customer or given up because of it.
import { refuse, type Instant } from '#kernel';
import { AccountOpened, type AccountEvent } from '../account/events.js';
import type { CancellationEvent } from '../cancellation/events.js';
import { NumberPurchased, type NumberEvent } from '../numbers/events.js';
import { planById, type PolicyInForce } from '../policy-in-force.js';
import { LegalHoldPlaced, type RetentionEvent } from '../retention/events.js';
import type { KnownToRetention } from '../retention/state.js';
import type { Rules } from '../subject.js';
import { SubscriptionPastDue, type SubscriptionEvent } from '../subscriptions/events.js';
import { subscriptionById } from '../subscriptions/subscription.js';
import { TenDlcApplied, TenDlcExpired, TenDlcRegistered, type TenDlcEvent } from '../ten-dlc/events.js';
import { WalletToppedUp, type WalletEvent } from '../wallet/events.js';
import { recharging } from '../wallet/rules.js';
import type { ImportedTenDlc, ImportingCommands } from './commands.js';
import { AccountImported, type ImportingEvent } from './events.js';
import { importFaults, type ImportedAccount } from './faults.js';
import { happeningsOf, ranks, type Happening } from './plans.js';

type Taken = AccountEvent | SubscriptionEvent | CancellationEvent | NumberEvent | TenDlcEvent | WalletEvent | RetentionEvent | ImportingEvent;

export const importingRules = {
  /** What is told without an instant counts from now: that it was so before is all that is known of it. */
  ImportAccount: (state, command, now, foresight) => {
    if (state.terms) return refuse('account_exists');
    const { policy } = foresight;
    const faults = importFaults(command, now, policy);
    if (faults.length > 0) return refuse('invalid_request', { errors: faults });
    const events: Taken[] = [];
    let known = foresight.after([]);
    const happen = (...those: readonly Taken[]): void => {
      events.push(...those);
      known = known.foresight.after(those);
    };
    const { name, email, timeZone, currency, numberBillingAnchorDay, numberFee, cancellationMode, locale } = command;
    const happenings = [...command.subscriptions.flatMap((one) => happeningsOf(one, command, now, policy)), ...beside(command, now)]
      .toSorted((a, b) => (a.at === b.at ? a.rank - b.rank : a.at < b.at ? -1 : 1));
    happen(AccountOpened(happenings[0]?.at ?? now, {
      name, email, timeZone, currency, testClockId: null, numberBillingAnchorDay, numberFee, cancellationMode, ...(locale !== undefined && { locale }),
    }));
    for (const { at, events: told } of happenings) {
      happen(...told(known.state, known.foresight));
      happen(...recharging(known.state, at));
    }
    happen(...owing(command, known.state, now, policy), ...belongingTo(command, state.accountId, now));
    happen(AccountImported(now, { importId: command.importId, externalId: command.externalId, held: known.foresight.lossesDue(now) }));
    return events;
  },
} satisfies Rules<KnownToRetention, ImportingCommands, Taken>;

/** Of a plan that is past due, the period that it is in, or ended with: a debt outlives its plan. */
const owing = ({ subscriptions }: ImportedAccount, state: KnownToRetention, now: Instant, policy: PolicyInForce): readonly SubscriptionEvent[] =>
  subscriptions.filter(({ status }) => status === 'past_due').map(({ subscriptionId, planId }) =>
    SubscriptionPastDue(now, { subscriptionId, owed: planById(policy, planId)!.price, periodNumber: subscriptionById(state, subscriptionId)!.periodNumber }));

/** Numbers are billed from now on, whatever was billed elsewhere. */
const belongingTo = ({ numbers, wallet }: ImportedAccount, accountId: string, now: Instant): readonly Taken[] => [
  ...numbers.map((number) => NumberPurchased(now, number)),
  ...(wallet && wallet.balance.amount > 0 ? [WalletToppedUp(now, { topUpId: `${accountId}.imported`, amount: wallet.balance })] : []),
];

/** What happened beside the plans. */
function beside({ tenDlc, holds }: ImportedAccount, now: Instant): readonly Happening<Taken>[] {
  const events = [...(tenDlc ? registration(tenDlc, now) : []), ...holds.map(({ placedAt, ...hold }) => LegalHoldPlaced(placedAt ?? now, hold))];
  return events.map((event) => ({ at: event.effectiveAt, rank: ranks.beside, events: () => [event] }));
}

/** Of one that has expired nothing is left at the carrier that would be ours to end. */
function registration({ status, appliedAt, registeredAt, expiredAt, ...told }: ImportedTenDlc, now: Instant): readonly TenDlcEvent[] {
  const { registrationId, brandName, messagingServiceSid, campaignId, brandId } = status === 'expired' ? { ...told, messagingServiceSid: null, campaignId: null, brandId: null } : told;
  const atCarrier = { campaign: (messagingServiceSid ?? campaignId) !== null, brand: brandId !== null };
  const applied = TenDlcApplied(appliedAt ?? registeredAt ?? expiredAt ?? now, { registrationId, brandName, messagingServiceSid, campaignId, brandId, atCarrier });
  const registered = status === 'active' || registeredAt !== null ? [TenDlcRegistered(registeredAt ?? now, { registrationId })] : [];
  return [applied, ...registered, ...(status === 'expired' ? [TenDlcExpired(expiredAt ?? now, { registrationId })] : [])];
}
