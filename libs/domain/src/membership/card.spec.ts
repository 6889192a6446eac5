// The guard refuses what the rules never ask for.
import { describe, expect, it } from '@jest/globals';
import { instant, money } from '#kernel';
import { builtInPolicy } from '../built-in-policy.js';
import { CardChargeRequested, ChargeCollected } from '../charges/events.js';
import { nothingUnsent } from '../facts.js';
import { decide } from '../membership/decide.js';
import type { MembershipEvent } from '../membership/events.js';
import { fold } from '../membership/fold.js';
import { noMembership, type Membership } from '../membership/state.js';
import { ForbiddenCharge, guardCard } from './card.js';
import { WalletRecharged } from '../wallet/events.js';

const start = instant('2026-01-01T00:00:00Z');
const later = instant('2026-01-10T00:00:00Z');
const usd = (amount: number) => money(amount, 'USD');

const after = (state: Membership, ...commands: Parameters<typeof decide>[1][]): Membership =>
  commands.reduce((current, command) => fold(current, decide(current, command, start, builtInPolicy) as readonly MembershipEvent[]), state);

const subscribed = after(
  noMembership('a'),
  { type: 'OpenAccount', name: 'A', email: 'a@example.com', timeZone: 'UTC', currency: 'USD', testClockId: null, numberBillingAnchorDay: null, numberFee: usd(200), cancellationMode: 'one-step' },
  { type: 'Subscribe', subscriptionId: 's', planId: 'messaging-monthly', trialDays: null },
);
const cancelled = after(subscribed, { type: 'RequestCancellation', subscriptionId: 's', reason: undefined, acceptedDisclosures: [], acknowledgedConsequences: undefined, language: 'en', textHash: '', unsent: nothingUnsent });

const charge = CardChargeRequested(later, { chargeId: 's.2', purpose: 'plan', subscriptionId: 's', amount: usd(4900), period: { start: later, end: later } });
const recharge = CardChargeRequested(later, { chargeId: 'recharge', purpose: 'auto-recharge', amount: usd(500) });
const topUp = CardChargeRequested(later, { chargeId: 'top-up', purpose: 'top-up', amount: usd(500) });

describe('the card', () => {
  it('is charged for a plan that runs', () => {
    expect(() => guardCard(subscribed, [charge, recharge, topUp])).not.toThrow();
  });

  it.each([['a charge', charge], ['a recharge', recharge], ['a top-up', topUp]])('refuses %s once the last plan is cancelled', (_, event) => {
    expect(() => guardCard(cancelled, [event])).toThrow(ForbiddenCharge);
  });

  it('fills the wallet with what was collected, and with nothing else', () => {
    const filled = WalletRecharged(later, { chargeId: 'recharge', amount: usd(500) });
    const collected = ChargeCollected(later, { chargeId: 'recharge', purpose: 'auto-recharge', amount: usd(500) });
    expect(() => guardCard(subscribed, [recharge, collected, filled])).not.toThrow();
    for (const events of [[filled], [recharge, filled]]) expect(() => guardCard(subscribed, events)).toThrow(ForbiddenCharge);
  });

  it('refuses a charge for a plan nobody knows', () => {
    expect(() => guardCard(noMembership('a'), [charge])).toThrow(ForbiddenCharge);
  });
});
