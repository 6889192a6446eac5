// One account as analysts see it: folded from its stream by the domain's own rules, and never a person.
import type { Instant, RecordedEvent } from '#kernel';
import {
  billableNumbers, currentNumbers, evolve, isPending, noMembership, openDeadlines, openSubscriptions, plannedDeadlines, releasableNumbers, reminderOf, standingOf,
  type DeadlineKind, type Membership, type MembershipEvent,
} from '#domain';
import { monthly } from '../analytics/revenue.js';

/** Something to come. */
export interface UpcomingRow {
  readonly kind: DeadlineKind;
  readonly subscription_id: string | null;
  readonly plan_id: string | null;
  readonly due_at: Instant;
  /** `planned` follows once the last plan has ended, `held` is stopped by a legal hold, or waits since the account was taken over. */
  readonly status: 'planned' | 'pending' | 'held';
  /** Of a period: whether the plan ends with it. */
  readonly ends_plan: boolean | null;
  /** Numbers that are billed or released then. */
  readonly numbers: number | null;
  /** Revenue of a month that ends with the plan, in minor units; a trial brings none. */
  readonly mrr: number | null;
}

export interface MembershipRow {
  readonly account_id: string;
  readonly test_clock_id: string | null;
  readonly opened_at: Instant;
  readonly time_zone: string;
  readonly currency: string;
  readonly cancellation_mode: string;
  readonly standing: string;
  readonly open_plans: readonly string[];
  readonly pending_plans: readonly string[];
  readonly lapsed_at: Instant | null;
  readonly purged_at: Instant | null;
  readonly life: number;
  readonly lifecycle: number;
  readonly numbers: number;
  readonly ten_dlc_status: string;
  readonly wallet_balance: number;
  readonly legal_holds: number;
  readonly version: number;
  readonly upcoming: readonly UpcomingRow[];
  /** What the next event is folded into. */
  readonly state: Membership;
  readonly imported_at: Instant | null;
}

/** The hash of a number is not needed to count numbers, so it is not kept. */
const withoutHash = (event: MembershipEvent): MembershipEvent =>
  event.type === 'NumberPurchased' ? { ...event, data: { ...event.data, e164Hash: '' } } : event;

/** `before`: the row as it stands, `null` for an account's first event. */
export function foldRow(before: MembershipRow | null, events: readonly RecordedEvent<MembershipEvent>[]): MembershipRow {
  const [first] = events;
  if (!first) throw new Error('nothing to fold');
  // What is remembered of a consequence that is new is not in a state from before it: nothing has happened of it.
  let [state, life] = [{ ...noMembership(first.accountId), ...before?.state }, before?.life ?? 1];
  for (const event of events.map(withoutHash)) {
    // The state's own count goes up with the purge; what was told afterwards may be purged as well, before anything starts.
    if (state.purge && event.type === 'SubscriptionStarted') life += 1;
    state = evolve(state, event);
  }
  return rowOf(state, life, before?.opened_at ?? first.effectiveAt, events.at(-1)?.version ?? 0);
}

function rowOf(state: Membership, life: number, openedAt: Instant, version: number): MembershipRow {
  if (!state.terms) throw new Error(`account ${state.accountId} has events and was never opened`);
  const { timeZone, currency, testClockId, cancellationMode } = state.terms;
  const open = openSubscriptions(state);
  return {
    account_id: state.accountId,
    test_clock_id: testClockId,
    opened_at: openedAt,
    time_zone: timeZone,
    currency,
    cancellation_mode: cancellationMode,
    standing: standingOf(state),
    open_plans: open.map(({ term }) => term.planId).sort(),
    pending_plans: open.filter(isPending).map(({ term }) => term.planId).sort(),
    lapsed_at: state.lapse?.at ?? null,
    purged_at: state.purge?.purgedAt ?? null,
    life,
    lifecycle: state.lifecycle,
    numbers: currentNumbers(state),
    ten_dlc_status: state.tenDlc.status,
    wallet_balance: state.wallet.balance,
    legal_holds: state.holds.length,
    version,
    upcoming: upcomingOf(state),
    state,
    imported_at: state.imported?.at ?? null,
  };
}

function upcomingOf(state: Membership): UpcomingRow[] {
  const planned = plannedDeadlines(state).map(({ kind, dueAt }) => ({ kind, dueAt, subject: '', status: 'planned' as const }));
  // An announcement is no consequence.
  const pending = openDeadlines(state).filter(({ kind }) => !reminderOf(kind)).map(({ held, ...one }) => ({ ...one, status: held ? ('held' as const) : ('pending' as const) }));
  return [...pending, ...planned].map(({ kind, subject, dueAt, status }) => {
    const subscription = state.subscriptions.find(({ subscriptionId }) => subscriptionId === subject);
    return {
      kind,
      subscription_id: subject || null,
      plan_id: subscription?.term.planId ?? null,
      due_at: dueAt,
      status,
      ends_plan: kind === 'period-end' && subscription ? isPending(subscription) : null,
      numbers: numbersAt(state, kind),
      mrr: kind === 'period-end' && subscription && isPending(subscription) ? (subscription.trial ? 0 : monthly(subscription.term.price, subscription.term.interval)) : null,
    };
  });
}

function numbersAt(state: Membership, kind: DeadlineKind): number | null {
  if (kind === 'number-fees') return billableNumbers(state);
  return kind === 'release-numbers' ? releasableNumbers(state) : null;
}
