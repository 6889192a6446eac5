// What follows later, and when. All periods live here and in the policy; the deadline table, the preview, the timeline,
// "if you return now" and the simulation all read from these functions, so they cannot disagree.
import { dayMs, later, plusMs, type Instant } from '#kernel';
import { localDateNumber, localMidnight, nextMonthlyMidnight, plusDays, plusYears, type TimeZone } from '../calendar.js';
import type { Told } from '../cancellation/events.js';
import type { FeeBoundary } from '../numbers/events.js';
import type { Policy } from '../policy.js';
import type { Subscription, SubscriptionId } from '../subscriptions/state.js';
import { isPending } from '../subscriptions/state.js';
import { isAtStake } from './stakes.js';
import { billableNumbers, feeAtBoundary, openOfKind, openSubscriptions, promisedPolicy, reminderKey, type Membership } from './state.js';

export const accountDeadlineKinds = ['release-numbers', 'expire-ten-dlc', 'purge-data'] as const;
export type AccountDeadlineKind = (typeof accountDeadlineKinds)[number];

/** How many days before it an irreversible loss is announced. */
const announcedDaysBefore = {
  'release-numbers': [7, 1],
  'expire-ten-dlc': [7],
  'purge-data': [30, 7, 1],
} as const satisfies Readonly<Record<AccountDeadlineKind, readonly number[]>>;

export type ReminderKind = `remind-${AccountDeadlineKind}-${number}`;

const reminderKind = (loss: AccountDeadlineKind, daysLeft: number): ReminderKind => `remind-${loss}-${daysLeft}`;

export interface Reminder {
  readonly kind: ReminderKind;
  readonly loss: AccountDeadlineKind;
  readonly daysLeft: number;
}

export const reminders: readonly Reminder[] = accountDeadlineKinds.flatMap((loss) =>
  announcedDaysBefore[loss].map((daysLeft) => ({ kind: reminderKind(loss, daysLeft), loss, daysLeft })),
);

export const reminderOf = (kind: string): Reminder | undefined => reminders.find((one) => one.kind === kind);

/** In the order in which they are carried out when they fall on the same instant (A8: a boundary exactly at `E` counts). */
export const deadlineKinds = ['number-fees', 'period-end', ...reminders.map(({ kind }) => kind), ...accountDeadlineKinds] as const;
export type DeadlineKind = 'number-fees' | 'period-end' | ReminderKind | AccountDeadlineKind;

/** Something an account waits for. `(kind, subject, generation)` is its identity and is never used twice. */
export interface OpenDeadline {
  readonly kind: DeadlineKind;
  /** A subscription's id, or empty: the account itself. */
  readonly subject: SubscriptionId;
  readonly generation: number;
  readonly dueAt: Instant;
  /** Stopped by a legal hold (R35). */
  readonly held: boolean;
}

export interface End {
  /** `L`. */
  readonly at: Instant;
  readonly policy: Policy;
  readonly timeZone: TimeZone;
  readonly told: Told['consequences'];
}

/** An end that has come, and the identity of what counts from it. */
interface Begun extends End {
  readonly subject: SubscriptionId;
  readonly generation: number;
}

const lastPlanEnded = ({ lapse, lifecycle }: Membership): Begun | null => lapse && { ...lapse, subject: '', generation: lifecycle };

/** The consequences of an end: which one, how much later, and until what has settled them. Coming back takes away the end. */
const consequences: Readonly<Record<AccountDeadlineKind, {
  readonly since: (state: Membership) => Begun | null;
  /** The same while it is only told and can still be undone. */
  readonly plannedSince: (state: Membership) => End | null;
  readonly dueAt: (end: End) => Instant;
  readonly settled: (state: Membership) => boolean;
  readonly stoppedByHold: boolean;
}>> = {
  'release-numbers': {
    since: lastPlanEnded,
    plannedSince: plannedEnd,
    dueAt: ({ at, policy, timeZone }) => plusDays(at, timeZone, policy.numbersReleaseAfterDays),
    settled: ({ lapse }) => lapse?.numbersRelease !== 'waiting',
    stoppedByHold: false,
  },
  'expire-ten-dlc': {
    since: ({ tenDlcLapse }) => tenDlcLapse,
    plannedSince: (state) => (state.tenDlcLapse ? null : (plannedMessagingEnd(state) ?? plannedEnd(state))),
    dueAt: ({ at, policy, timeZone }) => plusDays(at, timeZone, policy.tenDlcExpireAfterDays),
    settled: ({ tenDlcLapse }) => tenDlcLapse?.settled !== false,
    stoppedByHold: false,
  },
  'purge-data': {
    since: lastPlanEnded,
    plannedSince: plannedEnd,
    dueAt: ({ at, policy, timeZone }) => plusYears(at, timeZone, policy.purgeAfterYears),
    settled: ({ purge }) => purge !== null,
    stoppedByHold: true,
  },
};

/** When it comes: by the calendar, and never before it was told to come. */
function dueAfter(end: End, kind: AccountDeadlineKind): Instant {
  const dueAt = consequences[kind].dueAt(end);
  const told = end.told[kind];
  return told === undefined ? dueAt : later(dueAt, told);
}

/** `D14`, `D30` and `P` of one end. */
export const accountDates = (end: End): Readonly<Record<AccountDeadlineKind, Instant>> => ({
  'release-numbers': dueAfter(end, 'release-numbers'),
  'expire-ten-dlc': dueAfter(end, 'expire-ten-dlc'),
  'purge-data': dueAfter(end, 'purge-data'),
});

/** The consequences that have begun to count and are not settled. */
const standing = (state: Membership): readonly { readonly kind: AccountDeadlineKind; readonly begun: Begun; readonly held: boolean }[] =>
  accountDeadlineKinds.flatMap((kind) => {
    const { since, settled, stoppedByHold } = consequences[kind];
    const begun = since(state);
    return begun && !settled(state) ? [{ kind, begun, held: stoppedByHold && state.holds.length > 0 }] : [];
  });

const openAccountDeadlines = (state: Membership): readonly OpenDeadline[] =>
  standing(state).map(({ kind, begun, held }) => ({ kind, subject: begun.subject, generation: begun.generation, dueAt: dueAfter(begun, kind), held }));

/** A loss is announced for as long as it is to come, and never before the end it counts from; what a hold stops is not announced, nor where there is nothing to lose. */
export const openReminders = (state: Membership): readonly OpenDeadline[] =>
  standing(state).flatMap(({ kind: loss, begun, held }) => {
    if (!isAtStake(state, loss)) return [];
    const { subject, generation } = begun;
    const lossAt = dueAfter(begun, loss);
    return reminders
      .filter((one) => one.loss === loss && !held && !state.reminded.includes(reminderKey({ ...one, subject, generation })))
      .map(({ kind, daysLeft }) => ({ kind, subject, generation, dueAt: plusMs(lossAt, -daysLeft * dayMs), held: false }))
      .filter(({ dueAt }) => dueAt >= begun.at);
  });

/** The last instant at which a number fee can still fall due; `null`: no end is in sight. */
function feesEndAt(state: Membership): Instant | null {
  const open = openSubscriptions(state);
  if (!open.every(isPending)) return null;
  const end = plannedEnd(state) ?? state.lapse;
  if (!end) return null;
  return end.policy.numberFeesAfterEnd ? accountDates(end)['release-numbers'] : end.at;
}

/** Every boundary still to be billed, soonest first, as far as the account's course is known; at most `most`. Where it costs nothing there is none. */
export function feeBoundaries(state: Membership, most: number): readonly Instant[] {
  const { anchorDay, numbers } = state;
  if (anchorDay === null || numbers.billedUntil === null || feeAtBoundary(state) === 0) return [];
  if (openSubscriptions(state).length === 0 && !state.lapse) return [];
  const endAt = feesEndAt(state);
  const found: Instant[] = [];
  for (const { at, told } of boundaries(numbers, anchorDay, numbers.billedUntil)) {
    if (found.length === most || (endAt !== null && at > endAt) || (numbers.told !== null && !told)) break;
    found.push(at);
  }
  return found;
}

/** The boundaries until the end that is in sight, whether or not there is a number yet that would be billed; `null`: there is no end in sight. */
export function boundariesToTell(state: Membership, now: Instant): readonly FeeBoundary[] | null {
  const { anchorDay, numbers } = state;
  const endAt = feesEndAt(state);
  if (anchorDay === null || endAt === null) return null;
  const found: FeeBoundary[] = [];
  const from = billableNumbers(state) > 0 ? (numbers.billedUntil ?? now) : now;
  for (const { at, date } of boundaries(numbers, anchorDay, from)) {
    if (at > endAt) break;
    found.push({ at, date });
  }
  return found;
}

/** The boundary that comes next if every plan goes on. */
export function nextBoundary({ anchorDay, numbers }: Membership): Instant | null {
  if (anchorDay === null || numbers.billedUntil === null) return null;
  for (const { at } of boundaries(numbers, anchorDay, numbers.billedUntil)) return at;
  return null;
}

interface Boundary extends FeeBoundary {
  readonly told: boolean;
}

/** Without end, soonest first: those that were told, none earlier than it was told, then those of the calendar. */
function* boundaries({ timeZone, lastBoundary, skipped, told }: Membership['numbers'], anchorDay: number, billedUntil: Instant): Generator<Boundary, never> {
  let lastDate = lastBoundary;
  const owed = skipped && skipped.dueAt > billedUntil ? [{ at: skipped.dueAt, date: skipped.date, told: false }] : [];
  for (const one of told?.map((boundary) => comes(boundary, timeZone)) ?? owed) {
    if (one.at <= billedUntil || (one.told && lastDate !== null && one.date <= lastDate)) continue;
    yield one;
    lastDate = one.date;
  }
  for (let after = billedUntil; ; ) {
    after = nextMonthlyMidnight(after, timeZone, anchorDay);
    const date = localDateNumber(after, timeZone);
    if (lastDate === null || date > lastDate) yield { at: after, date, told: false };
  }
}

const comes = ({ at, date }: FeeBoundary, timeZone: TimeZone): Boundary => ({ at: later(at, localMidnight(date, timeZone)), date, told: true });

/** The local date that a boundary bills. */
export function dateBilled({ numbers: { skipped, timeZone, told } }: Membership, boundary: Instant): number {
  if (skipped?.dueAt === boundary) return skipped.date;
  return told?.find((one) => comes(one, timeZone).at === boundary)?.date ?? localDateNumber(boundary, timeZone);
}

function openFeeDeadline(state: Membership): readonly OpenDeadline[] {
  const [dueAt] = feeBoundaries(state, 1);
  if (dueAt === undefined) return [];
  return [{ kind: 'number-fees', subject: '', generation: dateBilled(state, dueAt), dueAt, held: false }];
}

const periodEnd = ({ subscriptionId, periodNumber, period }: Subscription): OpenDeadline => ({
  kind: 'period-end',
  subject: subscriptionId,
  generation: periodNumber,
  dueAt: period.end,
  held: false,
});

const inOrder = (a: Pick<OpenDeadline, 'kind' | 'dueAt'>, b: Pick<OpenDeadline, 'kind' | 'dueAt'>): number => {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  return deadlineKinds.indexOf(a.kind) - deadlineKinds.indexOf(b.kind);
};

/** What this membership waits for now, in the order in which it falls due. */
export function openDeadlines(state: Membership): readonly OpenDeadline[] {
  if (!state.terms || state.purge) return [];
  return [...openFeeDeadline(state), ...openSubscriptions(state).map(periodEnd), ...openReminders(state), ...openAccountDeadlines(state)].toSorted(inOrder);
}

/** Whether the dates of fees are told: every open plan is pending, or the last one has ended. */
export const feesAreTold = (state: Membership): boolean => {
  const open = openSubscriptions(state);
  return open.length === 0 ? state.lapse !== null : open.every(isPending);
};

/** The end that follows if nothing changes; only when every open plan is pending. */
export function plannedEnd(state: Membership): End | null {
  const open = openSubscriptions(state);
  if (open.length === 0 || !open.every(isPending)) return null;
  const byEnd = open.toSorted((a, b) => (a.period.end < b.period.end ? -1 : 1));
  const ended = state.subscriptions.filter((one) => one.lifecycle === state.lifecycle && one.endedAt !== null);
  const promised = promisedPolicy([...ended, ...byEnd]);
  const last = byEnd.at(-1);
  return promised && last ? { at: last.period.end, ...promised } : null;
}

/** Where the registration follows the Messaging plan, its end is told whatever else goes on (A4). */
function plannedMessagingEnd(state: Membership): End | null {
  const promised = openOfKind(state, 'messaging')?.cancellation;
  return promised?.policy.tenDlcScope === 'messaging' ? { at: promised.effectiveAt, policy: promised.policy, timeZone: promised.timeZone, told: promised.told } : null;
}

export interface PlannedDeadline {
  readonly kind: AccountDeadlineKind;
  readonly dueAt: Instant;
}

/** Follows once the plans have ended: told already, not yet counting. In the order in which it will fall due. */
export const plannedDeadlines = (state: Membership): readonly PlannedDeadline[] =>
  accountDeadlineKinds
    .flatMap((kind) => {
      const end = consequences[kind].plannedSince(state);
      return end ? [{ kind, dueAt: dueAfter(end, kind) }] : [];
    })
    .toSorted(inOrder);

export const deadlineKey = ({ kind, subject, generation }: Pick<OpenDeadline, 'kind' | 'subject' | 'generation'>): string =>
  JSON.stringify([kind, subject, generation]);
