// What may happen in a random life: who the account is, when it does something, and what.
import { epochMs, instant, plusMs, type Instant } from '#kernel';
import { allNumbers, countNumbers, openCharges, openDeadlines, openSubscriptions, plannedDeadlines, type Command, type Membership } from '#domain';
import {
  applyTenDlc, approveTenDlc, attempt, autoRecharge, buyNumber, cancel, change, changePlan, collected, completePurge, confirm, erase, failed, hold, lift, markPaid,
  markPastDue, open, removeNumber, requestTopUp, resume, subscribe, topUp, usd,
} from '../stories/commands.js';
import { inForceFrom, moment, type DatedPolicy, type Surroundings } from '../stories/life.js';
import type { Random } from './random.js';

const dayMs = 86_400_000;
const kinds: readonly ['messaging', 'calling'] = ['messaging', 'calling'];

const zones: readonly [string, ...string[]] = [
  'UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu', 'America/St_Johns', 'America/Havana', 'Asia/Beirut', 'Pacific/Auckland',
];

/** Around the day that Apia skipped, a leap day, and anywhere. */
export const birth = (random: Random): Instant =>
  random.weighted([
    [1, moment('2011-10-01T00:00Z', random.below(90 * dayMs))],
    [1, moment('2028-01-15T00:00Z', random.below(50 * dayMs))],
    [2, moment('2026-01-31T00:00Z')],
    [3, moment('2020-01-01T00:00Z', random.below(3000) * dayMs + random.below(dayMs))],
  ]);

/** Whoever is born at midnight in UTC lives there, so that billing days and ends of periods meet. */
export const opening = (random: Random, born: Instant): Command =>
  open({
    timeZone: born.endsWith('T00:00:00.000Z') ? 'UTC' : random.pick(zones),
    numberBillingAnchorDay: random.chance(0.5) ? null : random.pick([1, 15, 28, 29, 30, 31]),
    numberFee: usd(random.pick([0, 150, 200, 200])),
    cancellationMode: random.chance(0.15) ? 'one-step' : 'two-step',
  });

/** Half live under the built-in policy; half under another that changes while they live. */
export function surroundings(random: Random, born: Instant): Surroundings {
  const unsent = { sms: { count: 3, amount: 6 }, rvm: { count: random.below(2), amount: 15 } };
  const policy = (from: Instant, version: string): DatedPolicy => inForceFrom(from, {
    version,
    numbersReleaseAfterDays: random.pick([7, 14, 21]),
    tenDlcExpireAfterDays: random.pick([30, 45]),
    purgeAfterYears: random.pick([1, 2]),
    tenDlcScope: random.pick<'account' | 'messaging'>(['account', 'messaging']),
    numberFeesAfterEnd: random.chance(0.5),
  });
  return {
    unsent: random.chance(0.3) ? {} : { messaging: unsent },
    ...(random.chance(0.5) && { policies: [policy(born, 'first'), policy(plusMs(born, random.below(300) * dayMs), 'second')] }),
  };
}

const beingReleased = ({ numbers }: Membership): boolean => countNumbers(numbers.all, ['releasing', 'blocked']) > 0;

/** Mostly around an instant that matters, a millisecond before, at, or after it. */
export function moveOn(random: Random, state: Membership, now: Instant): Instant {
  if (state.subscriptions.length === 0 && random.chance(0.5)) return now;
  const known = [...openDeadlines(state), ...plannedDeadlines(state)].map(({ dueAt }) => dueAt);
  const expiring = state.attempts.map(({ expiresAt }) => expiresAt);
  const ahead = [...known, ...expiring].filter((at) => at > now);
  const around = plusMs(random.any(ahead) ?? now, random.pick([-1, 0, 1]));
  const next = random.weighted([
    [expiring.some((at) => at > now) ? 60 : 0, plusMs(now, random.below(1_200_000))],
    [beingReleased(state) ? 60 : 0, plusMs(now, random.below(4 * dayMs))],
    [50, around],
    [12, now],
    [30, plusMs(now, random.below(45 * dayMs))],
    [2, plusMs(now, random.below(400 * dayMs))],
  ]);
  return instant(Math.max(epochMs(next), epochMs(now)));
}

/** A command that fits, usually; `step` keeps ids apart. */
export function ask(random: Random, state: Membership, now: Instant, step: number): Command {
  const subscriptions = openSubscriptions(state);
  const someId = random.chance(0.05) ? 'nobody' : (random.any(subscriptions.length > 0 ? subscriptions : state.subscriptions)?.subscriptionId ?? 'nobody');
  const someHash = random.any(allNumbers(state.numbers.all))?.e164Hash ?? 'nobody';
  const pending = subscriptions.filter(({ cancellation }) => cancellation);
  const justEnded = state.subscriptions.find(({ endedAt }) => endedAt === now);
  const leaving = subscriptions.length > 0 && pending.length < subscriptions.length ? 20 : 2;
  const isOpen = subscriptions.length > 0;
  const kind = random.pick(kinds);
  const planId = `${kind}-${random.pick(['monthly', 'monthly', 'annual'])}`;
  const unused = state.attempts.at(-1);
  // The payment system tells of any of them, in any order, twice, late, and of what was never asked for.
  const recharged = state.charges.some((one) => one.purpose === 'auto-recharge');
  const toldOfCharges = recharged ? 16 : state.charges.length > 0 ? 8 : 0.2;
  const purpose = random.pick(['plan', 'auto-recharge', 'top-up'] as const);
  const charges = random.pick([openCharges(state), state.charges.filter((one) => one.purpose === purpose)]);
  const someCharge = random.chance(0.02) ? 'nobody' : (random.any(charges.length > 0 ? charges : state.charges)?.chargeId ?? 'nobody');
  return random.weighted<Command>([
    [isOpen ? 5 : state.subscriptions.length === 0 ? 40 : beingReleased(state) ? 20 : 8, subscribe(planId, { as: `${kind}-${step}`, trialDays: random.chance(0.3) ? 1 + random.below(30) : null })],
    [leaving, cancel(someId, random.pick([{}, {}, {}, {}, { reason: undefined }, { acceptedDisclosures: [] }, { acceptedDisclosures: [{ id: 'terms', version: 'older' }] }, { acknowledgedConsequences: false }, { reason: { code: 'bored' } }]))],
    [leaving / 2, attempt({ attemptId: `attempt-${step}`, subscriptionId: someId, ...(random.chance(0.1) && { previewHash: 'older' }) })],
    [unused ? leaving : 1, confirm({ attemptId: unused?.attemptId ?? 'none', subscriptionId: unused?.subscriptionId ?? someId })],
    [justEnded ? 20 : 0, resume(justEnded?.subscriptionId)],
    [pending.length > 0 ? 12 : 1, resume(random.any(pending)?.subscriptionId ?? someId)],
    [3, changePlan(planId, someId)],
    [toldOfCharges, collected(someCharge)],
    [toldOfCharges, failed(someCharge, random.pick([null, 'card_declined']))],
    [isOpen ? 3 : 0.5, requestTopUp(random.pick([100, 500, 2000]), `${state.accountId}.asked-${step}`)],
    [1, markPastDue(someId)],
    [1, markPaid(someId)],
    [isOpen ? 10 : 1, buyNumber(`number-${step}`, random.pick(['purchased', 'purchased', 'purchased', 'ported', 'verified']))],
    [1, { ...buyNumber(`number-${step}`), e164Hash: someHash }],
    [3, { ...removeNumber(''), e164Hash: someHash }],
    [isOpen && state.tenDlc.status !== 'active' ? 5 : 1, applyTenDlc(`registration-${step}`)],
    [state.tenDlc.status === 'pending' ? 5 : 1, approveTenDlc],
    [4, topUp(random.pick([100, 500, 2000]), `top-up-${step}`)],
    [1, { ...topUp(100), amount: { amount: 100, currency: 'EUR' } }],
    [isOpen ? 4 : 2, autoRecharge(random.pick([0, 300, 1000]), random.pick([0, 500, 3000]), random.chance(0.8))],
    [pending.length > 0 ? 6 : 2, change(random.pick<Parameters<typeof change>[0]>([{ name: 'Bea' }, { timeZone: random.pick(zones) }, {}]))],
    [state.lapse ? 3 : 0.5, hold(plusMs(now, dayMs), `hold-${step}`)],
    [state.holds.length > 0 ? 6 : 0.3, lift(state.holds[0]?.holdId ?? 'nobody')],
    [isOpen || state.subscriptions.length === 0 ? 0.2 : beingReleased(state) ? 3 : 0.6, erase()],
    [0.3, completePurge()],
    [0.2, secondOpening],
  ]);
}

const secondOpening = open();
