// What became of every cancellation, term and customer, looked up in the events of each account: no table, no view and no SQL takes part in it.
import { currentNumbers, evolve, monthsIn, noMembership, type Membership, type MembershipEvent } from '#domain';
import type { Instant } from '#kernel';

export interface Cancellation {
  readonly account: string;
  readonly subscription: string;
  readonly planId: string;
  readonly planKind: string;
  readonly reason: string | null;
  readonly zone: string;
  readonly trial: boolean;
  readonly mrr: number;
  readonly currency: string;
  readonly startedAt: Instant;
  readonly requestedAt: Instant;
  readonly effectiveAt: Instant;
  readonly resumedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly lastPlan: boolean | null;
  readonly returnedAt: Instant | null;
  readonly lost: string | null;
  /** What was held when it took effect. */
  readonly held: Membership | null;
}

/** As long as it lasts: `of` says what of. */
export interface Span {
  readonly account: string;
  readonly planId: string | null;
  readonly since: Instant;
  readonly until: Instant | null;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly weight: number;
}

/** A wish to cancel that has come to a step, and when to the next one. */
export interface Step {
  readonly step: string;
  readonly since: Instant;
  readonly until: Instant | null;
}

export interface Moved {
  readonly when: Instant;
  readonly figure: 'feesPaid' | 'feesUnpaid' | 'credited' | 'forfeited';
  readonly amount: number;
}

export interface Life {
  readonly account: string;
  readonly events: readonly MembershipEvent[];
}

type Of<Type extends MembershipEvent['type']> = Extract<MembershipEvent, { readonly type: Type }>;

const isOf = <Type extends MembershipEvent['type']>(event: MembershipEvent, type: Type): event is Of<Type> => event.type === type;

/** The first event behind `from` of that type for which it holds, unless one that ends the search comes before. */
function next<Type extends MembershipEvent['type']>(events: readonly MembershipEvent[], from: number, type: Type, holds: (event: Of<Type>) => boolean, unless: (event: MembershipEvent) => boolean = () => false): Of<Type> | null {
  for (const event of events.slice(from + 1)) {
    if (isOf(event, type) && holds(event)) return event;
    if (unless(event)) return null;
  }
  return null;
}

/** On which plan and at which price the subscription ran at that place of the events. */
function termAt(events: readonly MembershipEvent[], place: number, subscription: string) {
  const told = events.slice(0, place + 1).filter((event) => (isOf(event, 'SubscriptionStarted') || isOf(event, 'SubscriptionRenewed')) && event.data.subscriptionId === subscription) as (Of<'SubscriptionStarted'> | Of<'SubscriptionRenewed'>)[];
  const [first, last] = [told.find((event) => isOf(event, 'SubscriptionStarted')), told.at(-1)];
  if (!first || !last || !isOf(first, 'SubscriptionStarted')) throw new Error(`${subscription} has not started`);
  const trial = isOf(last, 'SubscriptionStarted') && last.data.trialDays !== null;
  const { planId, interval, price } = last.data;
  return { planId, planKind: first.data.kind, zone: first.data.timeZone, trial, mrr: trial ? 0 : Math.round(price.amount / monthsIn[interval]), currency: price.currency, startedAt: first.effectiveAt, renewals: told.length - 1 };
}

export function cancellationsOf({ account, events }: Life): readonly Cancellation[] {
  const states: Membership[] = [];
  for (const event of events) states.push(evolve(states.at(-1) ?? noMembership(account), event));
  return events.flatMap((event, place) => {
    if (!isOf(event, 'CancellationRequested')) return [];
    const subscription = event.data.subscriptionId;
    const { renewals: _, ...term } = termAt(events, place, subscription);
    const mine = (other: { readonly data: { readonly subscriptionId: string } }): boolean => other.data.subscriptionId === subscription;
    const resumed = next(events, place, 'SubscriptionResumed', mine, (other) => isOf(other, 'PeriodEnded') && mine(other));
    const ended = resumed ? null : next(events, place, 'PeriodEnded', mine);
    const endPlace = ended ? events.indexOf(ended) : -1;
    const returned = ended && next(events, endPlace, 'SubscriptionStarted', ({ data }) => data.returned !== null || data.kind === term.planKind, ({ type }) => type === 'DataPurged');
    return [{
      account, subscription, ...term, reason: event.data.reason, requestedAt: event.effectiveAt, effectiveAt: event.data.effectiveAt, resumedAt: resumed?.effectiveAt ?? null, endedAt: ended?.effectiveAt ?? null,
      lastPlan: ended?.data.lastPlan ?? null, returnedAt: returned?.effectiveAt ?? null, lost: returned?.data.returned ? returned.data.returned.lost.toSorted().join(', ') : null, held: states[endPlace] ?? null,
    }];
  });
}

export function customersOf({ account, events }: Life): readonly Span[] {
  return events.flatMap((event, place) => {
    if (!isOf(event, 'SubscriptionStarted')) return [];
    // Another plan is open unless the last event of this kind was the end of the last one.
    const before = events.slice(0, place).findLast((other) => isOf(other, 'SubscriptionStarted') || (isOf(other, 'PeriodEnded') && other.data.lastPlan));
    if (before && isOf(before, 'SubscriptionStarted')) return [];
    const end = next(events, place, 'PeriodEnded', ({ data }) => data.lastPlan)?.effectiveAt ?? null;
    return [{ account, planId: null, since: event.effectiveAt, until: end, startedAt: event.effectiveAt, endedAt: end, weight: 1 }];
  });
}

/** Every period by itself: where the price does not change, one ends as the next one begins. */
export function revenueOf({ account, events }: Life): readonly Span[] {
  return events.flatMap((event, place) => {
    if (!isOf(event, 'SubscriptionStarted') && !isOf(event, 'SubscriptionRenewed')) return [];
    const mine = (other: { readonly data: { readonly subscriptionId: string } }): boolean => other.data.subscriptionId === event.data.subscriptionId;
    const { planId, mrr, startedAt } = termAt(events, place, event.data.subscriptionId);
    const ended = next(events, place, 'PeriodEnded', mine)?.effectiveAt ?? null;
    return [{ account, planId, since: event.effectiveAt, until: next(events, place, 'SubscriptionRenewed', mine)?.effectiveAt ?? ended, startedAt, endedAt: ended, weight: mrr }];
  });
}

export function stepsOf({ account, events }: Life): readonly Step[] {
  const attempts = new Map<string, Instant>();
  const requests = new Map<string, number>();
  events.forEach((event, place) => {
    if (!isOf(event, 'CancellationAttempted') && !isOf(event, 'CancellationRequested')) return;
    const { subscriptionId } = event.data;
    const { startedAt, renewals } = termAt(events, place, subscriptionId);
    const term = `${subscriptionId} ${startedAt}`;
    const wish = `${term} ${renewals} ${requests.get(term) ?? 0}`;
    if (isOf(event, 'CancellationAttempted')) attempts.set(wish, attempts.get(wish) ?? event.effectiveAt);
    else requests.set(term, (requests.get(term) ?? 0) + 1).set(wish, place);
  });
  const confirmed = [...attempts].map(([wish, since]): Step => {
    const place = requests.get(wish);
    return { step: 'attempt-request', since, until: place === undefined ? null : events[place]!.effectiveAt };
  });
  const later = cancellationsOf({ account, events }).flatMap(({ requestedAt, resumedAt, endedAt, returnedAt }): Step[] => [
    { step: 'request-resume', since: requestedAt, until: resumedAt },
    { step: 'request-end', since: requestedAt, until: endedAt },
    ...(endedAt ? [{ step: 'end-return', since: endedAt, until: returnedAt }] : []),
  ]);
  return [...confirmed, ...later];
}

/** Of a cancellation that took effect: numbers, registration and wallet, as the domain folds them. */
export const heldBy = (state: Membership): { readonly numbers: number; readonly registration: boolean; readonly wallet: number } => ({
  numbers: currentNumbers(state), registration: state.tenDlc.status === 'pending' || state.tenDlc.status === 'active', wallet: state.wallet.balance,
});

/** Money that fees took or could not take, that came back for messages never sent, and that stood in a wallet whose account was purged. */
export const feesOf = ({ account, events }: Life): readonly Moved[] =>
  events.flatMap((event, place): readonly Moved[] => {
    const when = event.effectiveAt;
    if (isOf(event, 'NumberFeesCharged')) return [{ when, figure: 'feesPaid', amount: event.data.amount.amount }];
    if (isOf(event, 'NumberFeesFellShort')) return [{ when, figure: 'feesUnpaid', amount: event.data.amount.amount }];
    if (isOf(event, 'UnsentMessagesCredited')) return [{ when, figure: 'credited', amount: event.data.amount.amount }];
    const amount = isOf(event, 'DataPurged') ? events.slice(0, place).reduce(evolve, noMembership(account)).wallet.balance : 0;
    return amount === 0 ? [] : [{ when, figure: 'forfeited', amount }];
  });
