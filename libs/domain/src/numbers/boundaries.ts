// The local midnights at which numbers are billed (R15, A8): none twice, none in the past, none dropped, and none that was told is moved.
import { later, type Instant } from '#kernel';
import { localDateNumber, localMidnight, nextMonthlyMidnight, plusDays, type TimeZone } from '../calendar.js';
import type { KnownToCancellation } from '../cancellation/state.js';
import { comesAt, type End } from '../consequence.js';
import { plannedEnd } from '../subscriptions/ends.js';
import { isPending, openSubscriptions } from '../subscriptions/subscription.js';
import type { FeeBoundary } from './events.js';
import { billableNumbers, feeAtBoundary, type KnownToNumbers, type Numbers } from './state.js';

/** `D14`. */
export const releaseDate = {
  kind: 'release-numbers',
  dueAt: ({ at, policy, timeZone }: End): Instant => plusDays(at, timeZone, policy.numbersReleaseAfterDays),
} as const;

/** Whether the dates of fees are told: every open plan is pending, or the last one has ended. */
export const feesAreTold = (state: KnownToCancellation): boolean => {
  const open = openSubscriptions(state);
  return open.length === 0 ? state.lapse !== null : open.every(isPending);
};

/** The last instant at which a number fee can still fall due; `null`: no end is in sight. */
function feesEndAt(state: KnownToCancellation): Instant | null {
  if (!openSubscriptions(state).every(isPending)) return null;
  const end = plannedEnd(state) ?? state.lapse;
  if (!end) return null;
  return end.policy.numberFeesAfterEnd ? comesAt(releaseDate, end) : end.at;
}

/** Every boundary still to be billed, soonest first, as far as the account's course is known; at most `most`. Where it costs nothing there is none. */
export function feeBoundaries(state: KnownToNumbers, most: number): readonly Instant[] {
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
export function boundariesToTell(state: KnownToNumbers, now: Instant): readonly FeeBoundary[] | null {
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
function nextBoundary({ anchorDay, numbers }: KnownToNumbers): Instant | null {
  if (anchorDay === null || numbers.billedUntil === null) return null;
  for (const { at } of boundaries(numbers, anchorDay, numbers.billedUntil)) return at;
  return null;
}

interface Boundary extends FeeBoundary {
  readonly told: boolean;
}

/** Without end, soonest first: those that were told, none earlier than it was told, then those of the calendar. */
function* boundaries({ timeZone, lastBoundary, skipped, told }: Numbers, anchorDay: number, billedUntil: Instant): Generator<Boundary, never> {
  let lastDate = lastBoundary;
  const owed = skipped && skipped.dueAt > billedUntil ? [{ at: skipped.dueAt, date: skipped.date }] : [];
  for (const boundary of told ?? owed) {
    if (told && lastDate !== null && boundary.date <= lastDate) continue;
    const one = told ? comes(boundary, timeZone) : { ...boundary, told: false };
    if (one.at <= billedUntil) continue;
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
export function dateBilled({ numbers: { skipped, timeZone, told } }: KnownToNumbers, boundary: Instant): number {
  if (skipped?.dueAt === boundary) return skipped.date;
  return told?.find((one) => comes(one, timeZone).at === boundary)?.date ?? localDateNumber(boundary, timeZone);
}

/**
 * Fees follow the account to another zone, unless their dates are told. A billing day that has begun there already is billed when it
 * would have begun without the move: not in the past, no nearer, and not never.
 */
export function followingTheAccount(after: KnownToNumbers, at: Instant, before: KnownToNumbers): Numbers {
  if (feesAreTold(after)) return after.numbers;
  const { terms, numbers } = { ...after, numbers: { ...after.numbers, told: null } };
  if (!terms || terms.timeZone === numbers.timeZone) return numbers;
  const dueAt = openSubscriptions(before).length > 0 && billableNumbers(before) > 0 ? nextBoundary(before) : null;
  const date = dueAt && dateBilled(before, dueAt);
  const skipped = dueAt && date && date <= localDateNumber(at, terms.timeZone) ? { date, dueAt } : null;
  return { ...numbers, timeZone: terms.timeZone, billedUntil: numbers.billedUntil && at, skipped };
}
