// The timetable as a whole: `decide` answers a command, `bringUpToDate` brings an account up to date. Pure: no clock, no I/O.
import { isRefusal, notFound, refuse, type Instant, type Refusal } from '#kernel';
import { accountRules } from '../account/rules.js';
import { cancellationRules } from '../cancellation/rules.js';
import { chargeRules } from '../charges/rules.js';
import type { Facts } from '../facts.js';
import { importingRules } from '../importing/rules.js';
import { noticeRules } from '../notices/rules.js';
import { numberRules } from '../numbers/rules.js';
import { operatorRules } from '../operators/rules.js';
import type { PolicyInForce } from '../policy-in-force.js';
import type { CodeIn, Decision } from '../refusals.js';
import { announce, retentionRules } from '../retention/rules.js';
import { returningRules } from '../returning/rules.js';
import type { Foresight } from '../subject.js';
import { subscriptionRules } from '../subscriptions/rules.js';
import { isPending, openSubscriptions, type PendingSubscription } from '../subscriptions/subscription.js';
import { tenDlcRules } from '../ten-dlc/rules.js';
import { recharging, walletRules } from '../wallet/rules.js';
import { guardCard } from './card.js';
import type { Command, CommandOf, CommandType } from './commands.js';
import { isLossKind, lossOf, recurrenceOf, reminderOf, type DeadlineKind, type OpenDeadline, type RecurrenceKind } from './consequences.js';
import { firstDeadline, openLosses } from './deadlines.js';
import type { MembershipEvent } from './events.js';
import { fold } from './fold.js';
import { promisedBy } from './promised.js';
import { ifYouReturn } from './return.js';
import type { Membership } from './state.js';
import { toldBy } from './told.js';
import { type Wish, wishedTooOften } from './wishes.js';

type Rule<Type extends CommandType> = (state: Membership, command: CommandOf<Type>, now: Instant, foresight: Foresight<Membership>) => Decision<MembershipEvent>;

const rules = {
  ...accountRules,
  ...operatorRules,
  ...noticeRules,
  ...subscriptionRules,
  ...chargeRules,
  ...walletRules,
  ...cancellationRules,
  ...numberRules,
  ...tenDlcRules,
  ...retentionRules,
  ...returningRules,
  ...importingRules,
} satisfies { readonly [Type in CommandType]: Rule<Type> };

/** After `P` the account may only start again and say who it is now (A12), and have that erased. */
const allowedAfterPurge: readonly CommandType[] = ['Subscribe', 'ChangeAccount', 'StartErasure', 'ReapplyPurge', 'CompletePurge'];

/** What is said or begun while the old life is being deleted would be deleted with it; what was asked of the outside world comes to its end. */
const allowedDuringPurge: readonly CommandType[] = [
  'ReapplyPurge', 'CompletePurge', 'SettleNumberRelease', 'BlockNumberRelease', 'AbandonNumberRelease', 'SettleDeregistration', 'BlockDeregistration', 'TellOfNotice',
  'BlockNotice',
];

/** What begins an account. */
const opening: readonly CommandType[] = ['OpenAccount', 'ImportAccount'];

/** What is said of the account whatever the rule would say. */
function barred({ terms, purge }: Membership, type: CommandType): Refusal<'not_found'> | Refusal<'account_purged'> | null {
  if (!terms && !opening.includes(type)) return notFound('account');
  const stays = !purge || (purge.purgedAt === null ? allowedDuringPurge : allowedAfterPurge).includes(type);
  return stays ? null : refuse('account_purged', { purgedAt: purge.purgedAt ?? purge.since });
}

/** Every code that a command of this type can be refused with. */
export type RefusedBy<Type extends CommandType> = CodeIn<ReturnType<(typeof rules)[Type]> | ReturnType<typeof barred> | (Type extends Wish ? ReturnType<typeof wishedTooOften> : never)>;

/** Answers one command with events or a refusal. What was due before `now` must have been carried out: see {@link bringUpToDate}. */
export function decide(state: Membership, command: Command, now: Instant, policy: PolicyInForce): Decision<MembershipEvent> {
  const bar = barred(state, command.type);
  if (bar) return bar;
  const decision = (rules[command.type] as Rule<CommandType>)(state, command, now, foresightOf(state, policy));
  if (isRefusal(decision)) return decision;
  const tooOften = decision.length > 0 ? wishedTooOften(state, command.type, now) : null;
  if (tooOften) return tooOften;
  const events = [...decision, ...recharging(fold(state, decision), now)];
  guardCard(state, events);
  return events;
}

const foresightOf = (state: Membership, policy: PolicyInForce): Foresight<Membership> => ({
  policy,
  ifYouReturn: (events) => ifYouReturn(fold(state, events as readonly MembershipEvent[])),
  toldBy: (request) => toldBy(state, request),
  promisedBy: (request, unsent) => promisedBy(state, request, unsent),
  lossesDue: (now) => openLosses(state).flatMap(({ kind, subject, generation, dueAt }) => (dueAt <= now ? [{ kind, subject, generation }] : [])),
  after: (events) => {
    const later = fold(state, events as readonly MembershipEvent[]);
    return { state: later, foresight: foresightOf(later, policy) };
  },
});

function fire(state: Membership, deadline: OpenDeadline, facts: Facts, now: Instant): readonly MembershipEvent[] {
  const { kind } = deadline;
  const reminder = reminderOf(kind);
  if (reminder) return announce(reminder.loss, reminder.daysLeft, deadline);
  return rowOf(kind).fires(state, deadline, facts, now);
}

const rowOf = (kind: DeadlineKind) => (isLossKind(kind) ? lossOf(kind) : recurrenceOf(kind as RecurrenceKind));

export interface Step {
  /** `null`: it followed from none. */
  readonly deadline: OpenDeadline | null;
  readonly events: readonly MembershipEvent[];
}

export interface UpToDate {
  readonly state: Membership;
  /** What fired and what followed from it, in order. */
  readonly steps: readonly Step[];
}

/** Plans whose cancellation takes effect by `now`. */
export const endingPlans = (state: Membership, now: Instant): readonly PendingSubscription[] =>
  openSubscriptions(state).filter(isPending).filter(({ period }) => period.end <= now);

/** The first deadline whose time has come, if any. */
export const nextDue = (state: Membership, now: Instant, { purgesStopped = false, clockInDoubt = false }: Pick<Facts, 'purgesStopped' | 'clockInDoubt'> = {}): OpenDeadline | undefined =>
  firstDeadline(state, (one) => !one.held && one.dueAt <= now && !(purgesStopped && one.kind === 'purge-data') && !(clockInDoubt && !takesAccess(state, one)));

/** Access goes by time, whatever is in doubt: a cancelled plan gives none after its end, nor does an account after `P`. */
const takesAccess = (state: Membership, { kind, subject }: OpenDeadline): boolean => !reminderOf(kind) && rowOf(kind).takesAccess(state, subject);

/**
 * Carries out everything that is due at `now`, in the order of due dates. Writers append what comes out before they
 * decide a command; readers only look at the state: both go by time, not by whether a worker ran (R13).
 */
export function bringUpToDate(state: Membership, now: Instant, facts: Facts): UpToDate {
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
