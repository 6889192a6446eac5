// The timetable as a whole: `decide` answers a command, `settle` brings an account up to date. Pure: no clock, no I/O.
import { isRefusal, notFound, refuse, type Instant } from '#kernel';
import { accountRules } from '../account/rules.js';
import { cancellationRules } from '../cancellation/rules.js';
import type { PlanKind } from '../catalogue.js';
import { chargeFees, numberRules, releaseNumbers } from '../numbers/rules.js';
import { operatorRules } from '../operators/rules.js';
import { announce, retentionRules, startPurge } from '../retention/rules.js';
import { endPeriod, subscriptionRules } from '../subscriptions/rules.js';
import { isPending, type Subscription } from '../subscriptions/state.js';
import { expireTenDlc, tenDlcRules } from '../ten-dlc/rules.js';
import { guardCard } from '../wallet/card.js';
import { creditUnsent, nothingUnsent, recharging, walletRules, type Unsent } from '../wallet/rules.js';
import type { Command, CommandType } from './commands.js';
import { openDeadlines, reminderOf, type DeadlineKind, type OpenDeadline, type ReminderKind } from './consequences.js';
import type { MembershipEvent } from './events.js';
import { fold } from './evolve.js';
import type { Decision, Rule, Rules } from './rules.js';
import { openSubscriptions, subscriptionById, type Membership } from './state.js';

const rules: Rules<CommandType> = {
  ...accountRules,
  ...subscriptionRules,
  ...cancellationRules,
  ...numberRules,
  ...tenDlcRules,
  ...walletRules,
  ...retentionRules,
  ...operatorRules,
};

/** After `P` the account may only start again and say who it is now (A12), and have that erased. */
const allowedAfterPurge: readonly CommandType[] = ['Subscribe', 'ChangeAccount', 'StartErasure', 'ReapplyPurge', 'CompletePurge'];

/** What is said or begun while the old life is being deleted would be deleted with it; what was asked of the outside world comes to its end. */
const allowedDuringPurge: readonly CommandType[] = [
  'ReapplyPurge', 'CompletePurge', 'SettleNumberRelease', 'BlockNumberRelease', 'AbandonNumberRelease', 'SettleDeregistration', 'BlockDeregistration',
];

/** Answers one command with events or a refusal. What was due before `now` must have been settled: see {@link settle}. */
export function decide(state: Membership, command: Command, now: Instant): Decision {
  if (!state.terms && command.type !== 'OpenAccount') return notFound('account');
  if (state.purge && !(state.purge.purgedAt === null ? allowedDuringPurge : allowedAfterPurge).includes(command.type)) {
    return refuse('account_purged', { purgedAt: state.purge.purgedAt ?? state.purge.since });
  }
  const decision = (rules[command.type] as Rule<CommandType>)(state, command, now);
  if (isRefusal(decision)) return decision;
  const events = [...decision, ...recharging(fold(state, decision), now)];
  guardCard(state, events);
  return events;
}

/** What the core cannot know: rows, not events, tell which messages are unsent. */
export interface Facts {
  readonly unsent: Readonly<Partial<Record<PlanKind, Unsent>>>;
  /** A purge that is due does not begin: the clock, or how many do, is in doubt. */
  readonly purgesStopped?: boolean;
  /** The clock is: for whoever only looks, since nothing is written then. What moves money or cannot be undone has not happened. */
  readonly clockInDoubt?: boolean;
}

export const noFacts: Facts = { unsent: {} };

type Firing = (state: Membership, deadline: OpenDeadline, facts: Facts, now: Instant) => readonly MembershipEvent[];

/** What a deadline does when its time has come. */
const firings: Readonly<Record<Exclude<DeadlineKind, ReminderKind>, Firing>> = {
  'number-fees': (state, { dueAt }) => chargeFees(state, dueAt),
  'period-end': (state, { subject, dueAt }, { unsent }) => {
    const subscription = subscriptionById(state, subject);
    if (!subscription) return [];
    const ending = endPeriod(state, subscription);
    const ends = subscription.cancellation !== null;
    return ends ? [...ending, ...creditUnsent(state, subject, unsent[subscription.term.kind] ?? nothingUnsent, dueAt)] : ending;
  },
  'release-numbers': (state, { dueAt }) => releaseNumbers(state, dueAt),
  'expire-ten-dlc': (state, { dueAt }) => expireTenDlc(state, dueAt),
  'purge-data': (state, { dueAt }, _, now) => startPurge(state, 'retention', dueAt, now),
};

const fire: Firing = (state, deadline, facts, now) => {
  const reminder = reminderOf(deadline.kind);
  return reminder ? announce(reminder, deadline) : firings[deadline.kind as Exclude<DeadlineKind, ReminderKind>](state, deadline, facts, now);
};

export interface Step {
  /** `null`: it followed from none. */
  readonly deadline: OpenDeadline | null;
  readonly events: readonly MembershipEvent[];
}

export interface Settlement {
  readonly state: Membership;
  /** What fired and what followed from it, in order. */
  readonly steps: readonly Step[];
}

/** Plans whose cancellation takes effect by `now`. */
export const endingPlans = (state: Membership, now: Instant): readonly Subscription[] =>
  openSubscriptions(state).filter((one) => isPending(one) && one.period.end <= now);

/** The first deadline whose time has come, if any. */
export const nextDue = (state: Membership, now: Instant, { purgesStopped = false, clockInDoubt = false }: Facts = noFacts): OpenDeadline | undefined =>
  openDeadlines(state).find(
    (one) => !one.held && one.dueAt <= now && !(purgesStopped && one.kind === 'purge-data') && !(clockInDoubt && !takesAccess(state, one)),
  );

/** Access goes by time, whatever is in doubt: a cancelled plan gives none after its end, nor does an account after `P`. */
const takesAccess = (state: Membership, { kind, subject }: OpenDeadline): boolean =>
  kind === 'purge-data' || (kind === 'period-end' && Boolean(subscriptionById(state, subject)?.cancellation));

/**
 * Carries out everything that is due at `now`, in the order of due dates. Writers append what comes out before they
 * decide a command; readers only look at the state: both go by time, not by whether a worker ran (R13).
 */
export function settle(state: Membership, now: Instant, facts: Facts = noFacts): Settlement {
  const steps: Step[] = [];
  let current = state;
  for (let due = nextDue(current, now, facts); due; due = nextDue(current, now, facts)) {
    const happened = fire(current, due, facts, now);
    if (happened.length === 0) throw new Error(`${due.kind} of ${state.accountId} is due and nothing follows from it`);
    guardCard(current, happened);
    steps.push({ deadline: due, events: happened });
    current = fold(current, happened);
  }
  return { state: current, steps };
}
