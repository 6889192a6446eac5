// The guard refuses what the rules never ask for.
import { describe, expect, it } from '@jest/globals';
import { instant, money } from '#kernel';
import { decide } from '../membership/decide.js';
import type { MembershipEvent } from '../membership/events.js';
import { fold } from '../membership/fold.js';
import { noMembership, type Membership } from '../membership/state.js';
import { CardChargeRequested } from '../subscriptions/events.js';
import { ForbiddenCharge, guardCard } from './card.js';
import { WalletRecharged } from '../wallet/events.js';

const start = instant('2026-01-01T00:00:00Z');
const later = instant('2026-01-10T00:00:00Z');
const usd = (amount: number) => money(amount, 'USD');

const after = (state: Membership, ...commands: Parameters<typeof decide>[1][]): Membership =>
  commands.reduce((current, command) => fold(current, decide(current, command, start) as readonly MembershipEvent[]), state);

const subscribed = after(
  noMembership('a'),
  { type: 'OpenAccount', name: 'A', email: 'a@example.com', timeZone: 'UTC', currency: 'USD', testClockId: null, numberBillingAnchorDay: null, numberFee: usd(200), cancellationMode: 'one-step' },
  { type: 'Subscribe', subscriptionId: 's', planId: 'messaging-monthly', trialDays: null },
);
const cancelled = after(subscribed, { type: 'RequestCancellation', subscriptionId: 's', reason: undefined, acceptedDisclosures: [], acknowledgedConsequences: undefined, textHash: '' });

const charge = CardChargeRequested(later, { chargeId: 's.2', subscriptionId: 's', amount: usd(4900), period: { start: later, end: later } });
const recharge = WalletRecharged(later, { chargeId: 'recharge', amount: usd(500) });

describe('the card', () => {
  it('is charged for a plan that runs', () => {
    expect(() => guardCard(subscribed, [charge, recharge])).not.toThrow();
  });

  it.each([['a charge', charge], ['a recharge', recharge]])('refuses %s once the last plan is cancelled', (_, event) => {
    expect(() => guardCard(cancelled, [event])).toThrow(ForbiddenCharge);
  });

  it('refuses a charge for a plan nobody knows', () => {
    expect(() => guardCard(noMembership('a'), [charge])).toThrow(ForbiddenCharge);
  });
});
