// Takes a preview, cancels in a copy of the life, lets time pass without a word, also of the payment system's, and compares.
import { eventsOfType, plusMs, type Instant } from '#kernel';
import {
  allNumbers, asWritten, billableNumbers, builtInPolicy, countNumbers, isPending, localDateNumber, openSubscriptions, plannedEnd, termsOf,
  type DeadlineKind, type Membership, type MembershipEvent, type Promised, type Subscription, type Unsent,
} from '#domain';
import { previewView, type PreviewView } from '#read-models';
import type { Coverage } from '../simulation/coverage.js';
import type { Random } from '../simulation/random.js';
import { SimulatedLife } from '../simulation/simulated-life.js';
import { cancel } from '../stories/commands.js';
import { must, type Scene } from './random-account.js';

const dayMs = 86_400_000;

/** A copy that goes its own way; what its customer had promised before stays promised. */
class Fork extends SimulatedLife {
  constructor(state: Membership, unsent: Unsent, { term: { kind } }: Subscription) {
    super(state.accountId, { unsent: { [kind]: unsent } });
    this.state = state;
  }
}

export function checkPreview({ life, now, aside }: Scene, coverage: Coverage): void {
  const { state } = life;
  const subscription = state.purge ? undefined : aside.any(openSubscriptions(state));
  if (!subscription) return;
  const unsent = anyUnsent(aside);
  const preview = previewView(state, subscription, unsent, now, builtInPolicy, asWritten);
  const cancelled = (): Fork => {
    const fork = new Fork(state, unsent, subscription);
    return isPending(subscription) ? fork : fork.live(now, cancel(subscription.subscriptionId, { unsent }));
  };

  const fork = cancelled();
  must(JSON.stringify(previewView(state, subscription, unsent, now, builtInPolicy, asWritten)) === JSON.stringify(preview), 'asking changes the answer');
  const again = fork.state.subscriptions.find(({ subscriptionId }) => subscriptionId === subscription.subscriptionId)!;
  must(previewView(fork.state, again, unsent, now, builtInPolicy, asWritten).hash === preview.hash, 'the preview of what is pending is another');

  const [requested] = eventsOfType(fork.events, 'CancellationRequested');
  if (requested) same('what is shown', shownIn(preview), requested.data.promised);

  const last = plannedEnd(fork.state) !== null;
  // While another plan goes on, nothing after this plan's end is its doing, but the expiry that may follow the plan.
  const until = plusMs(preview.effectiveAt, (last ? 1200 : 60) * dayMs);
  fork.bringUpToDate(until);
  const events = fork.events;
  const { upcoming, shortfall } = preview.numberFees;
  const where = `the preview of ${subscription.subscriptionId} at ${now}`;
  same(`${where}: the end`, [preview.effectiveAt], events.flatMap((one) => (one.type === 'PeriodEnded' && one.data.subscriptionId === subscription.subscriptionId ? [one.effectiveAt] : [])));
  same(`${where}: what follows`, announced(preview, state), carriedOut(events));
  same(`${where}: credits`, creditsOf(preview), credited(events, subscription.subscriptionId));
  same(`${where}: fees`, preview.numberFees.upcoming, fees(events, state).filter(({ at }) => last || at <= preview.effectiveAt));
  if (upcoming.length < 26 && upcoming.every(({ at }) => at <= preview.effectiveAt)) same(`${where}: the shortfall`, shortfall, shortOf(events, upcoming));
  same(`${where}: the next fee`, preview.numberFees.next, preview.numberFees.upcoming[0] ?? null);
  must(!events.some(({ type, data }) => type === 'CardChargeRequested' && data.purpose === 'plan' && data.subscriptionId === subscription.subscriptionId), `${where}: the card is charged`);
  must(!last || !events.some(isForTheWallet), `${where}: the card is asked to fill the wallet`);
  balances(events, state.wallet.balance);
  checkRemovals(preview, cancelled, until, last, aside, coverage);
  cover(coverage, state, subscription, preview, events, last);
}

/** What a receipt would promise. */
const shownIn = ({ consequences, credits: { sms, rvm }, numberFees: { upcoming } }: PreviewView): Promised => ({
  consequences: consequences.map(({ kind, at }) => ({ kind, at })), credits: { sms, rvm }, numberFees: upcoming,
});

const isForTheWallet = ({ type, data }: MembershipEvent): boolean => type === 'CardChargeRequested' && data.purpose !== 'plan';

/** The billing day comes at an instant: who removes numbers a millisecond before saves exactly that, and who removes them then does not. */
function checkRemovals({ numberFees, effectiveAt }: PreviewView, cancelled: () => Fork, until: Instant, last: boolean, aside: Random, coverage: Coverage): void {
  const { next, upcoming, avoidableUntil } = numberFees;
  must(avoidableUntil === (next?.at ?? null), `avoidable until ${avoidableUntil ?? 'never'}, the next fee being at ${next?.at ?? 'no time'}`);
  if (!next) return;
  const rate = next.amount.amount / next.count;
  const removing = (at: Instant, count: number): readonly Fee[] => {
    const fork = cancelled();
    fork.bringUpToDate(at);
    const standing = allNumbers(fork.state.numbers.all).filter(({ status, origin }) => status === 'active' && origin !== 'verified');
    for (const { e164Hash } of standing.slice(0, count)) fork.live(at, { type: 'RemoveNumber', e164Hash });
    const before = fork.state;
    fork.bringUpToDate(until);
    return fees(fork.events, before).filter(({ at: charged }) => last || charged <= effectiveAt);
  };
  same('removing all numbers just before', [], removing(plusMs(next.at, -1), next.count));
  coverage.met('avoided');
  same('removing all numbers exactly then', [next], removing(next.at, next.count));
  coverage.met('removed too late');
  if (next.count < 2) return;
  const boundary = aside.below(upcoming.length);
  const some = 1 + aside.below(next.count - 1);
  const expected = upcoming.map((fee, index) => {
    const count = index < boundary ? fee.count : fee.count - some;
    return { ...fee, count, amount: { ...fee.amount, amount: count * rate } };
  });
  same(`removing ${some} numbers just before the fee of ${upcoming[boundary]!.at}`, expected, removing(plusMs(upcoming[boundary]!.at, -1), some));
  coverage.met('avoided in part');
}

type Fee = PreviewView['numberFees']['upcoming'][number];

/** What fell due at each boundary, paid or not. */
function fees(events: readonly MembershipEvent[], state: Membership): readonly Fee[] {
  const { currency } = termsOf(state);
  return events.flatMap((one, index) => {
    if (one.type !== 'NumberFeesCharged') return [];
    const short = events[index + 1];
    const owed = short?.type === 'NumberFeesFellShort' ? short.data.amount.amount : 0;
    return [{ at: one.effectiveAt, count: one.data.count, amount: { amount: one.data.amount.amount + owed, currency } }];
  });
}

/** What was not paid of them, and from which one on. */
function shortOf(events: readonly MembershipEvent[], upcoming: readonly Fee[]): PreviewView['numberFees']['shortfall'] {
  const short = events.flatMap((one) => (one.type === 'NumberFeesFellShort' && upcoming.some(({ at }) => at === one.effectiveAt) ? [{ at: one.effectiveAt, amount: one.data.amount }] : []));
  return short[0] ? { at: short[0].at, amount: { ...short[0].amount, amount: short.reduce((sum, { amount }) => sum + amount.amount, 0) } } : null;
}

/** A fee takes what is there and no more; what is short is what was not there. */
function balances(events: readonly MembershipEvent[], opening: number): void {
  let balance = opening;
  events.forEach((one, index) => {
    if (one.type === 'UnsentMessagesCredited') balance += one.data.amount.amount;
    if (one.type !== 'NumberFeesCharged') return;
    const due = one.data.count * one.data.rate.amount;
    const short = events[index + 1];
    same(`the fee of ${one.effectiveAt}`, [Math.min(due, balance), Math.max(0, due - balance)], [
      one.data.amount.amount,
      short?.type === 'NumberFeesFellShort' && short.effectiveAt === one.effectiveAt ? short.data.amount.amount : 0,
    ]);
    balance -= one.data.amount.amount;
  });
}

const carriesOut: Partial<Readonly<Record<MembershipEvent['type'], DeadlineKind>>> = {
  NumberReleaseStarted: 'release-numbers',
  TenDlcExpired: 'expire-ten-dlc',
  PurgeStarted: 'purge-data',
};

/** A hold stops the deletion, and nobody can tell for how long. */
const announced = ({ consequences }: PreviewView, { holds }: Membership): readonly string[] =>
  consequences.filter(({ kind }) => kind !== 'period-end' && !(kind === 'purge-data' && holds.length > 0)).map(({ kind, at }) => `${at} ${kind}`).toSorted();

const takesSomething = (one: MembershipEvent): boolean => one.type !== 'NumberReleaseStarted' || one.data.numberIds.length > 0;

const carriedOut = (events: readonly MembershipEvent[]): readonly string[] =>
  events.flatMap((one) => (carriesOut[one.type] && takesSomething(one) ? [`${one.type === 'PurgeStarted' ? one.data.due : one.effectiveAt} ${carriesOut[one.type]!}`] : [])).toSorted();

const creditsOf = ({ credits: { total, sms, rvm } }: PreviewView): unknown => (sms.count + rvm.count === 0 ? [] : [{ total, sms, rvm }]);

const credited = (events: readonly MembershipEvent[], subscriptionId: string): unknown =>
  events.flatMap((one) => {
    if (one.type !== 'UnsentMessagesCredited' || one.data.subscriptionId !== subscriptionId) return [];
    const { amount, sms, rvm } = one.data;
    return [{ total: amount, sms, rvm }];
  });

function anyUnsent(aside: Random): Unsent {
  const of = (price: number) => {
    const count = aside.chance(0.4) ? 0 : 1 + aside.below(1000);
    return { count, amount: count * price };
  };
  return { sms: of(2), rvm: of(15) };
}

function same(what: string, told: unknown, happened: unknown): void {
  const [a, b] = [JSON.stringify(told), JSON.stringify(happened)];
  must(a === b, `${what}: ${a} was told, ${b} happened`);
}

function cover(coverage: Coverage, state: Membership, subscription: Subscription, { effectiveAt, numberFees, credits, consequences }: PreviewView, events: readonly MembershipEvent[], last: boolean): void {
  const { upcoming } = numberFees;
  const { timeZone } = termsOf(state);
  const open = openSubscriptions(state);
  const has = (type: MembershipEvent['type']) => events.some((one) => one.type === type);
  const turns: Readonly<Record<string, boolean>> = {
    [subscription.term.planId]: true,
    trial: subscription.trial,
    'pending already': isPending(subscription),
    'another plan goes on': !last,
    'the last plan': last,
    'two plans pending': last && open.length === 2,
    'ported numbers': countNumbers(state.numbers.all, ['active'], ['ported']) > 0,
    'verified numbers': countNumbers(state.numbers.all, ['active'], ['verified']) > 0 && billableNumbers(state) > 0,
    'auto-recharge on': state.wallet.autoRecharge.enabled && last,
    'recharged until the request': last && upcoming.length > 0 && state.wallet.autoRecharge.enabled && !state.wallet.autoRecharge.suspended,
    'recharged while another plan goes on': events.some(isForTheWallet),
    'a fee': upcoming.length > 0,
    'a dozen fees': upcoming.length >= 12,
    'a fee at the end': upcoming.some(({ at }) => at === effectiveAt),
    'a fee after the end': upcoming.some(({ at }) => at > effectiveAt),
    'a fee not paid in full': has('NumberFeesFellShort'),
    'a fee in the year to come': upcoming.some(({ at }) => Math.floor(localDateNumber(at, timeZone) / 10_000) > Number(state.subscriptions[0]!.startedAt.slice(0, 4))),
    'a zone that is not UTC': timeZone !== 'UTC',
    'messages credited': credits.total.amount > 0,
    'no message credited': credits.sms.count + credits.rvm.count === 0,
    'a registration that expires': has('TenDlcExpired'),
    'a registration expired already': last && !consequences.some(({ kind }) => kind === 'expire-ten-dlc'),
    'a hold': state.holds.length > 0,
  };
  for (const [turn, met] of Object.entries(turns)) if (met) coverage.met(turn);
}
